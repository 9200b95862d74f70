"""What the database itself refuses about leaving: a hand-over without decision and signed agreement."""

from __future__ import annotations

from inventory.ledger.rules import Rule, append_only

# What a scan that comes later leaves as it was signed.
_KEPT = (
    "number",
    "association_id",
    "language",
    "template_version",
    "end_users",
    "paper_id",
    "signed_at",
    "city_signatory_id",
    "association_function",
    "signed_how",
)

HANDOVER_RULES: list[Rule] = [
    *append_only("inventory_transmission", "what was sent to the Region"),
    Rule(
        "relais_device_handed_over",
        "inventory_device",
        "UPDATE",
        "a device is handed over only by a decision and a signed agreement",
        "NEW.status = 'handed_over' AND NOT EXISTS (SELECT 1 FROM inventory_agreementitem i "
        "JOIN inventory_agreement a ON a.id = i.agreement_id "
        "JOIN inventory_reservation r ON r.id = i.reservation_id "
        "WHERE i.device_id = NEW.id AND r.device_id = NEW.id AND i.ended_at IS NULL AND a.signed_at IS NOT NULL "
        "AND r.released_at IS NULL)",
    ),
    Rule(
        "relais_agreement_signed",
        "inventory_agreement",
        "UPDATE",
        "a signed agreement cannot be changed",
        # But for the scan of a signed paper, which may come once, later.
        "OLD.signed_at IS NOT NULL AND NOT (OLD.signed_how = 'paper' AND OLD.signed_scan_id IS NULL "
        "AND NEW.signed_scan_id IS NOT NULL"
        + "".join(f" AND NEW.{name} = OLD.{name}" for name in _KEPT)
        + " AND COALESCE(NEW.template_id, 0) = COALESCE(OLD.template_id, 0) AND NEW.cancelled_at IS NULL)",
    ),
    Rule("relais_agreement_no_delete", "inventory_agreement", "DELETE", "an agreement cannot be removed"),
    *(
        Rule(
            f"relais_wording_no_{act.lower()}",
            "inventory_agreementwording",
            act,
            "a text of the agreement that was put in force never changes",
            "OLD.adopted_at IS NOT NULL",
        )
        for act in ("UPDATE", "DELETE")
    ),
    Rule("relais_agreementitem_no_delete", "inventory_agreementitem", "DELETE", "an item cannot be removed"),
    *(
        Rule(
            f"relais_appointment_place_{act.lower()}",
            "inventory_appointment",
            act,
            "an hour has no more places than the warehouse gives it",
            "NEW.state <> 'cancelled' AND NEW.seat > (SELECT s.places FROM inventory_slot s WHERE s.id = NEW.slot_id)",
        )
        for act in ("INSERT", "UPDATE")
    ),
    Rule(
        "relais_slot_places",
        "inventory_slot",
        "UPDATE",
        "an hour keeps the places that are booked",
        "EXISTS (SELECT 1 FROM inventory_appointment a WHERE a.slot_id = NEW.id AND a.state <> 'cancelled' "
        "AND a.seat > NEW.places)",
    ),
    Rule("relais_appointment_no_delete", "inventory_appointment", "DELETE", "an appointment cannot be removed"),
    Rule(
        "relais_afterevent_no_update",
        "inventory_afterevent",
        "UPDATE",
        "what was told after a hand-over cannot be changed",
        # Its words may be erased: they could speak of somebody.
        "NOT (NEW.words = '' AND NEW.number = OLD.number AND NEW.kind = OLD.kind "
        "AND NEW.agreement_id = OLD.agreement_id AND NEW.happened_on = OLD.happened_on)",
    ),
    Rule("relais_afterevent_no_delete", "inventory_afterevent", "DELETE", "what was told cannot be removed"),
    *append_only("inventory_valuation", "a valuation"),
]
