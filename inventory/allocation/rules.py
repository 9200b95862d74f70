"""What the database itself refuses about sharing out: a reserved device without its reservation."""

from __future__ import annotations

from inventory.ledger.rules import Rule

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
    Rule("relais_decision_no_delete", "inventory_decision", "DELETE", "a decision cannot be removed"),
]
