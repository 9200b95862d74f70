"""What the database itself refuses about containers: contents that change under a seal, a tag on two things."""

from __future__ import annotations

from inventory.ledger.rules import Rule

_SEALED = "EXISTS (SELECT 1 FROM inventory_sealing s WHERE s.container_id = {row}.container_id AND s.broken_at IS NULL)"
# Two people at one crate: the second waits until the first has put it in, or put the seal on.
_LOCK_CONTAINER = "PERFORM 1 FROM inventory_container WHERE id = NEW.container_id FOR UPDATE;"
_UNCHANGED = " OR ".join(
    f"NEW.{column} <> OLD.{column}"
    for column in ("container_id", "seal", "sha256", "count", "sealed_at", "sealed_by_id")
)

CONTAINER_RULES: list[Rule] = [
    Rule(
        "relais_container_tag",
        "inventory_container",
        "INSERT",
        "a container bears a tag that was given out and is on no device",
        "NOT EXISTS (SELECT 1 FROM inventory_issuedtag t WHERE t.code = NEW.code AND t.device_id IS NULL)",
        "PERFORM 1 FROM inventory_issuedtag WHERE code = NEW.code FOR UPDATE;",
    ),
    Rule(
        "relais_issuedtag_container",
        "inventory_issuedtag",
        "UPDATE",
        "this tag is on a container",
        "NEW.device_id IS NOT NULL AND EXISTS (SELECT 1 FROM inventory_container c WHERE c.code = NEW.code)",
    ),
    Rule(
        "relais_container_kept",
        "inventory_container",
        "UPDATE",
        "a container keeps its tag and its kind",
        "NEW.code <> OLD.code OR NEW.kind <> OLD.kind",
    ),
    Rule("relais_container_no_delete", "inventory_container", "DELETE", "a container cannot be removed"),
    Rule(
        "relais_containeritem_in",
        "inventory_containeritem",
        "INSERT",
        "nothing goes into a sealed container",
        _SEALED.format(row="NEW"),
        _LOCK_CONTAINER,
    ),
    Rule(
        "relais_containeritem_out",
        "inventory_containeritem",
        "UPDATE",
        "nothing comes out of a sealed container, and what came out is history",
        f"OLD.until IS NOT NULL OR {_SEALED.format(row='NEW')} OR NEW.container_id <> OLD.container_id "
        "OR COALESCE(NEW.device_id, 0) <> COALESCE(OLD.device_id, 0) "
        "OR COALESCE(NEW.medium_id, 0) <> COALESCE(OLD.medium_id, 0)",
        _LOCK_CONTAINER,
    ),
    Rule("relais_containeritem_no_delete", "inventory_containeritem", "DELETE", "an item cannot be removed"),
    Rule(
        "relais_sealing_count",
        "inventory_sealing",
        "INSERT",
        "a seal freezes just what lies in the container",
        "NEW.count = 0 OR NEW.count <> (SELECT COUNT(*) FROM inventory_containeritem i "
        "WHERE i.container_id = NEW.container_id AND i.until IS NULL)",
        _LOCK_CONTAINER,
    ),
    Rule(
        "relais_sealing_final",
        "inventory_sealing",
        "UPDATE",
        "a seal can only be broken, once",
        f"OLD.broken_at IS NOT NULL OR NEW.broken_at IS NULL OR {_UNCHANGED}",
    ),
    Rule("relais_sealing_no_delete", "inventory_sealing", "DELETE", "a seal cannot be removed"),
]
