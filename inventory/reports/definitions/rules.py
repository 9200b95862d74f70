"""What the database itself refuses about saved reports: a version that says something else than when it was made."""

from __future__ import annotations

from inventory.ledger.rules import Rule

_SAME = ("number", "version", "name", "name_key", "language", "period", "filters", "made_at", "made_by_id")

DEFINITION_RULES: list[Rule] = [
    Rule(
        "relais_report_stays",
        "inventory_reportdefinition",
        "UPDATE",
        "a version of a report stays as it was made",
        " OR ".join([*(f"NEW.{name} <> OLD.{name}" for name in _SAME), "OLD.ended_at IS NOT NULL"]),
    ),
    Rule("relais_report_no_delete", "inventory_reportdefinition", "DELETE", "a version of a report cannot be removed"),
]
