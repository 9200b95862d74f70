"""What the database itself refuses about archives: gone without an authorised list that names them."""

from __future__ import annotations

from typing import Final

from inventory.associations.rules import AUTHORISED, ONLY_LISTED
from inventory.ledger.rules import Rule

_FROZEN: Final = (
    "number",
    "record_class",
    "rule_sha256",
    "closed_before",
    "size",
    "papers",
    "first_on",
    "last_on",
    "lines_sha256",
    "drawn_up_at",
    "drawn_up_by_id",
)
_LINE_FROZEN: Final = ("list_id", "position", "kind", "key", "first_on", "last_on", "papers", "rank", "kept")


def _changed(names: tuple[str, ...]) -> str:
    return " OR ".join(f"NEW.{name} <> OLD.{name}" for name in names)


PRIVACY_RULES: list[Rule] = [
    Rule(
        "relais_eliminationlist_frozen",
        "inventory_eliminationlist",
        "UPDATE",
        "an elimination list stays as it was drawn up, authorised and ended",
        f"{_changed(_FROZEN)} OR OLD.carried_out_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL "
        "OR (OLD.authorisation <> '' AND (NEW.authorisation <> OLD.authorisation "
        "OR NEW.authorised_on <> OLD.authorised_on OR NEW.authorised_by_id <> OLD.authorised_by_id))",
    ),
    Rule(
        "relais_eliminationlist_authorised_first",
        "inventory_eliminationlist",
        "UPDATE",
        "a list is carried out only after its authorisation was recorded",
        "NEW.carried_out_at IS NOT NULL AND (OLD.authorisation = '' OR EXISTS (SELECT 1 "
        "FROM inventory_eliminationline l WHERE l.list_id = NEW.id AND l.outcome = ''))",
    ),
    Rule(
        "relais_eliminationlist_begins_open",
        "inventory_eliminationlist",
        "INSERT",
        "a list is drawn up first, and authorised afterwards",
        "NEW.authorisation <> '' OR NEW.carried_out_at IS NOT NULL OR NEW.withdrawn_at IS NOT NULL",
    ),
    Rule(
        "relais_eliminationlist_no_delete",
        "inventory_eliminationlist",
        "DELETE",
        "an elimination list cannot be removed, only withdrawn",
    ),
    Rule(
        "relais_eliminationline_before_authorising",
        "inventory_eliminationline",
        "INSERT",
        "nothing is added to a list that was authorised or has ended",
        "NEW.outcome <> '' OR EXISTS (SELECT 1 FROM inventory_eliminationlist e WHERE e.id = NEW.list_id "
        "AND (e.authorisation <> '' OR e.carried_out_at IS NOT NULL OR e.withdrawn_at IS NOT NULL))",
    ),
    Rule(
        "relais_eliminationline_frozen",
        "inventory_eliminationline",
        "UPDATE",
        "a line of an elimination list stays as it was drawn up",
        f"{_changed(_LINE_FROZEN)} OR OLD.outcome <> '' OR (NEW.outcome <> '' AND NOT EXISTS (SELECT 1 "  # noqa: S608
        f"FROM inventory_eliminationlist e WHERE e.id = NEW.list_id AND {AUTHORISED})) "
        "OR (NEW.outcome = '' AND NEW.bound <> OLD.bound AND NOT EXISTS (SELECT 1 "
        "FROM inventory_eliminationlist e WHERE e.id = NEW.list_id AND e.withdrawn_at IS NOT NULL))",
    ),
    Rule(
        "relais_eliminationline_no_delete",
        "inventory_eliminationline",
        "DELETE",
        "a line of an elimination list cannot be removed",
    ),
    Rule(
        "relais_eliminatedfile_listed",
        "inventory_eliminatedfile",
        "INSERT",
        ONLY_LISTED,
        "NOT EXISTS (SELECT 1 FROM inventory_eliminationline l JOIN inventory_eliminationlist e "  # noqa: S608
        "ON e.id = l.list_id "
        f"WHERE l.id = NEW.line_id AND l.outcome = 'destroyed' AND {AUTHORISED})",
    ),
    Rule(
        "relais_eliminatedfile_frozen",
        "inventory_eliminatedfile",
        "UPDATE",
        "what is written of a destroyed file stays",
        "NEW.sha256 <> OLD.sha256 OR NEW.size <> OLD.size OR NEW.line_id <> OLD.line_id OR OLD.removed_at IS NOT NULL",
    ),
    Rule(
        "relais_eliminatedfile_no_delete",
        "inventory_eliminatedfile",
        "DELETE",
        "what is written of a destroyed file stays",
    ),
    Rule(
        "relais_storedfile_no_delete",
        "inventory_storedfile",
        "DELETE",
        "a stored file goes only with a record that an authorised list names",
        "NOT EXISTS (SELECT 1 FROM inventory_eliminatedfile f WHERE f.sha256 = OLD.sha256 AND f.removed_at IS NULL)",
    ),
    Rule(
        "relais_retentionhold_final",
        "inventory_retentionhold",
        "UPDATE",
        "a hold is lifted once, and nothing else about it changes",
        "OLD.lifted_at IS NOT NULL OR NEW.lifted_at IS NULL OR NEW.kind <> OLD.kind OR NEW.key <> OLD.key "
        "OR NEW.why <> OLD.why",
    ),
    Rule(
        "relais_retentionhold_no_delete", "inventory_retentionhold", "DELETE", "a hold cannot be removed, only lifted"
    ),
]
