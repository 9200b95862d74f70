"""What the database itself refuses about custody: a manifest that moves on without two signatures, history undone."""

from __future__ import annotations

from inventory.ledger.rules import Rule, append_only

_SIGNED_BY_TWO = """(SELECT COUNT(*) FROM inventory_custodysignature g
    JOIN inventory_custodyhandover h ON h.id = g.handover_id
    WHERE h.manifest_id = NEW.id AND h.leg = CASE NEW.state WHEN 'under_way' THEN 'pickup' ELSE 'delivery' END) = 2"""
_KEPT = (
    *("manifest_id", "leg", "released_function", "received_by_id", "place", "seal", "device_count"),
    *("occurred_at", "recorded_at"),
)

COLLECTION_RULES: list[Rule] = [
    Rule(
        "relais_manifest_state",
        "inventory_manifest",
        "UPDATE",
        "a manifest goes from planned to under way to arrived, each with two signatures",
        "NEW.state <> OLD.state AND NOT (OLD.state = 'planned' AND NEW.state = 'cancelled') AND NOT ("
        "((OLD.state = 'planned' AND NEW.state = 'under_way') OR (OLD.state = 'under_way' AND NEW.state = 'arrived')) "
        f"AND {_SIGNED_BY_TWO})",
    ),
    Rule(
        "relais_manifest_entrance",
        "inventory_manifest",
        "INSERT",
        "a manifest begins as planned",
        "NEW.state <> 'planned'",
    ),
    Rule("relais_manifest_no_delete", "inventory_manifest", "DELETE", "a manifest cannot be removed"),
    Rule(
        "relais_custodyhandover_final",
        "inventory_custodyhandover",
        "UPDATE",
        "a change of hands cannot be changed; its paper may be added once",
        "OLD.paper_id IS NOT NULL OR COALESCE(NEW.released_by_id, 0) <> COALESCE(OLD.released_by_id, 0) "
        "OR COALESCE(NEW.counted, -1) <> COALESCE(OLD.counted, -1) OR "
        + " OR ".join(f"NEW.{column} <> OLD.{column}" for column in _KEPT),
    ),
    Rule("relais_custodyhandover_no_delete", "inventory_custodyhandover", "DELETE", "a change of hands is for good"),
    *append_only("inventory_custodysignature", "a signature"),
    Rule(
        "relais_custodyexception_final",
        "inventory_custodyexception",
        "UPDATE",
        "what came of an exception is final, and a device under way has not been accounted for",
        "OLD.resolved_at IS NOT NULL OR NEW.kind <> OLD.kind OR NEW.manifest_id <> OLD.manifest_id "
        "OR (NEW.resolved_at IS NOT NULL AND NEW.kind = 'not_arrived' AND EXISTS (SELECT 1 FROM inventory_device d "
        "WHERE d.id = NEW.device_id AND d.status = 'in_transit'))",
    ),
    Rule("relais_custodyexception_no_delete", "inventory_custodyexception", "DELETE", "an exception cannot be removed"),
]
