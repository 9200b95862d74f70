"""What the database itself refuses about leaving: a hand-over without decision and signed agreement."""

from __future__ import annotations

from inventory.ledger.rules import Rule, append_only

HANDOVER_RULES: list[Rule] = [
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
        "OLD.signed_at IS NOT NULL",
    ),
    Rule("relais_agreement_no_delete", "inventory_agreement", "DELETE", "an agreement cannot be removed"),
    Rule("relais_agreementitem_no_delete", "inventory_agreementitem", "DELETE", "an item cannot be removed"),
    *append_only("inventory_valuation", "a valuation"),
]
