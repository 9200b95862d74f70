"""What the database itself refuses about sharing out: a reserved device without its reservation."""

from __future__ import annotations

from inventory.ledger.rules import Rule, append_only

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
    ),
    *append_only("inventory_pointspolicy", "a points policy"),
    Rule(
        "relais_frozenpool_final",
        "inventory_frozenpool",
        "UPDATE",
        "a frozen pool is drawn once, and what it is decided on never changes",
        "OLD.drawn_at IS NOT NULL OR NEW.drawn_at IS NULL OR NEW.commitment <> OLD.commitment "
        "OR NEW.inputs_id <> OLD.inputs_id OR NEW.policy_id <> OLD.policy_id OR NEW.round_id <> OLD.round_id "
        "OR NEW.pool <> OLD.pool OR NEW.frozen_at <> OLD.frozen_at",
    ),
    Rule("relais_frozenpool_no_delete", "inventory_frozenpool", "DELETE", "a frozen pool cannot be removed"),
    Rule("relais_decision_no_delete", "inventory_decision", "DELETE", "a decision cannot be removed"),
]
