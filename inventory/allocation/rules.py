"""What the database itself refuses about sharing out: a reserved device without its reservation."""

from __future__ import annotations

from inventory.associations.rules import request_unlisted
from inventory.ledger.rules import Rule, append_only


def _interested(who: str, association: str) -> str:
    return (
        "EXISTS (SELECT 1 FROM inventory_interest i WHERE i.ended_at IS NULL "  # noqa: S608  # names of columns
        f"AND i.person_id = {who} AND i.association_id = {association})"
    )


_INTERESTED = "nobody decides on the file of an association in which they declared an interest"
_FROZEN = "EXISTS (SELECT 1 FROM inventory_frozenpool f WHERE f.round_id = NEW.round_id AND f.pool = NEW.pool)"
_DECIDED = (
    "EXISTS (SELECT 1 FROM inventory_decision d JOIN inventory_filing f ON f.request_id = d.request_id "
    "WHERE f.id = NEW.filing_id AND d.decided_by_id = NEW.answered_by_id)"
)
_COMPLAINING = (
    "(SELECT r.association_id FROM inventory_request r JOIN inventory_filing f ON f.request_id = r.id "
    "WHERE f.id = NEW.filing_id)"
)

_OF_FILING = "(SELECT f.request_id FROM inventory_filing f WHERE f.id = NEW.filing_id)"

ALLOCATION_RULES: list[Rule] = [
    Rule(
        "relais_device_reserved",
        "inventory_device",
        "UPDATE",
        "a device is reserved only for a line of a request, by a decision",
        "NEW.status = 'reserved' AND NOT EXISTS (SELECT 1 FROM inventory_reservation r "
        "WHERE r.device_id = NEW.id AND r.released_at IS NULL)",
    ),
    Rule("relais_reservation_no_delete", "inventory_reservation", "DELETE", "a reservation cannot be removed"),
    Rule(
        "relais_decision_no_update",
        "inventory_decision",
        "UPDATE",
        "a decision cannot be changed, only followed",
        # But for its reasons, when they are destroyed as archives.
        "NOT (NEW.reasons = '[…]' AND NEW.number = OLD.number AND NEW.request_id = OLD.request_id "
        "AND NEW.outcome = OLD.outcome AND NEW.decided_by_id = OLD.decided_by_id AND NEW.decided_at = OLD.decided_at "
        f"AND COALESCE(NEW.round_id, 0) = COALESCE(OLD.round_id, 0)) OR {request_unlisted('NEW.request_id')}",
    ),
    *append_only("inventory_pointspolicy", "a points policy"),
    Rule(
        "relais_complaintanswer_no_update",
        "inventory_complaintanswer",
        "UPDATE",
        "an answer to a complaint cannot be changed",
        "NOT (NEW.words = '[…]' AND NEW.filing_id = OLD.filing_id AND NEW.outcome = OLD.outcome "
        "AND NEW.repair_pool = OLD.repair_pool AND NEW.repair_units = OLD.repair_units "
        "AND NEW.excuses = OLD.excuses AND NEW.letter_id = OLD.letter_id AND NEW.answered_by_id = OLD.answered_by_id "
        f"AND NEW.answered_at = OLD.answered_at) OR {request_unlisted(_OF_FILING)}",
    ),
    Rule(
        "relais_complaintanswer_no_delete",
        "inventory_complaintanswer",
        "DELETE",
        "an answer to a complaint cannot be removed",
    ),
    *append_only("inventory_refusal", "a refusal"),
    Rule(
        "relais_refusal_closes_the_second_time",
        "inventory_refusal",
        "INSERT",
        "a line is closed when devices are refused without reason a second time, not before",
        "NEW.closes AND NOT EXISTS (SELECT 1 FROM inventory_refusal r WHERE r.line_id = NEW.line_id)",
    ),
    Rule(
        "relais_complaint_answered_by_another",
        "inventory_complaintanswer",
        "INSERT",
        "a complaint is answered by somebody who neither decided on the request nor declared an interest",
        " OR ".join([_DECIDED, _interested("NEW.answered_by_id", _COMPLAINING)]),
    ),
    Rule(
        "relais_frozenpool_final",
        "inventory_frozenpool",
        "UPDATE",
        "a frozen pool is drawn once, and what it is decided on never changes",
        "OLD.drawn_at IS NOT NULL OR NEW.drawn_at IS NULL OR NEW.commitment <> OLD.commitment "
        "OR NEW.inputs_id <> OLD.inputs_id OR NEW.policy_id <> OLD.policy_id OR NEW.round_id <> OLD.round_id "
        "OR NEW.pool <> OLD.pool OR NEW.frozen_at <> OLD.frozen_at",
    ),
    Rule(
        "relais_frozenpool_after_the_post",
        "inventory_frozenpool",
        "INSERT",
        "nothing is frozen while letters posted before the closing may still come",
        "NEW.frozen_at < (SELECT r.entries_until FROM inventory_round r WHERE r.id = NEW.round_id)",
    ),
    Rule(
        "relais_round_closing_final",
        "inventory_round",
        "UPDATE",
        "the closing of a round does not move once something of it is frozen",
        "(NEW.closes_at <> OLD.closes_at OR NEW.entries_until <> OLD.entries_until) "
        "AND EXISTS (SELECT 1 FROM inventory_frozenpool f WHERE f.round_id = NEW.id)",
    ),
    Rule("relais_frozenpool_no_delete", "inventory_frozenpool", "DELETE", "a frozen pool cannot be removed"),
    Rule("relais_decision_no_delete", "inventory_decision", "DELETE", "a decision cannot be removed"),
    Rule(
        "relais_decision_no_interest",
        "inventory_decision",
        "INSERT",
        _INTERESTED,
        _interested(
            "NEW.decided_by_id", "(SELECT r.association_id FROM inventory_request r WHERE r.id = NEW.request_id)"
        ),
    ),
    Rule(
        "relais_eligibility_no_interest",
        "inventory_eligibility",
        "INSERT",
        _INTERESTED,
        _interested("NEW.decided_by_id", "NEW.association_id"),
    ),
    Rule(
        "relais_interest_final",
        "inventory_interest",
        "UPDATE",
        "a declared interest is ended once, and nothing else about it changes",
        "OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL OR NEW.person_id <> OLD.person_id "
        "OR NEW.association_id <> OLD.association_id",
    ),
    Rule("relais_interest_no_delete", "inventory_interest", "DELETE", "a declared interest cannot be removed"),
    Rule(
        "relais_pin_before_freezing",
        "inventory_pin",
        "INSERT",
        "a pin is set before its pool is frozen, by somebody without an interest",
        f"{_FROZEN} OR {_interested('NEW.set_by_id', 'NEW.association_id')}",
    ),
    Rule(
        "relais_pin_final",
        "inventory_pin",
        "UPDATE",
        "a pin is signed or withdrawn before its pool is frozen, and nothing else about it changes",
        f"{_FROZEN} OR OLD.withdrawn_at IS NOT NULL OR NEW.association_id <> OLD.association_id "
        "OR NEW.at_least <> OLD.at_least OR COALESCE(NEW.at_most, -1) <> COALESCE(OLD.at_most, -1) "
        "OR NEW.second_needed <> OLD.second_needed OR NEW.set_by_id <> OLD.set_by_id OR NEW.words <> OLD.words "
        f"OR NEW.round_id <> OLD.round_id OR NEW.pool <> OLD.pool OR (NEW.signed_by_id IS NOT NULL AND "
        f"{_interested('NEW.signed_by_id', 'NEW.association_id')})",
    ),
    Rule("relais_pin_no_delete", "inventory_pin", "DELETE", "a pin cannot be removed, only withdrawn"),
    Rule(
        "relais_frozenpool_pins_signed",
        "inventory_frozenpool",
        "INSERT",
        "a pin waits for its second signature",
        "EXISTS (SELECT 1 FROM inventory_pin p WHERE p.round_id = NEW.round_id AND p.pool = NEW.pool "
        "AND p.second_needed AND p.signed_at IS NULL AND p.withdrawn_at IS NULL)",
    ),
    Rule(
        "relais_rounddecision_drawn",
        "inventory_rounddecision",
        "INSERT",
        "a round is decided when every pool that was frozen is drawn",
        "NOT EXISTS (SELECT 1 FROM inventory_frozenpool f WHERE f.round_id = NEW.round_id AND f.drawn_at IS NOT NULL) "
        "OR EXISTS (SELECT 1 FROM inventory_frozenpool f WHERE f.round_id = NEW.round_id AND f.drawn_at IS NULL)",
    ),
    Rule(
        "relais_rounddecision_final",
        "inventory_rounddecision",
        "UPDATE",
        "the decision on a round is published once, and nothing else about it changes",
        "OLD.published_at IS NOT NULL OR NEW.published_at IS NULL OR NEW.number <> OLD.number "
        "OR NEW.organ <> OLD.organ OR NEW.decided_on <> OLD.decided_on "
        "OR NEW.reasons_fr <> OLD.reasons_fr OR NEW.reasons_nl <> OLD.reasons_nl "
        "OR NEW.round_id <> OLD.round_id",
    ),
    Rule("relais_rounddecision_no_delete", "inventory_rounddecision", "DELETE", "a decision cannot be removed"),
    Rule(
        "relais_frozenpool_before_deciding",
        "inventory_frozenpool",
        "INSERT",
        "nothing of a round is frozen once it is decided",
        "EXISTS (SELECT 1 FROM inventory_rounddecision d WHERE d.round_id = NEW.round_id)",
    ),
]
