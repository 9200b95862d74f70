"""What the database itself refuses about long work: an ended piece that goes on."""

from __future__ import annotations

from inventory.ledger.rules import Rule

_OVER = "('done', 'failed', 'cancelled')"
JOB_RULES: list[Rule] = [
    Rule("relais_job_over", "inventory_job", "UPDATE", "this work has ended", f"OLD.state IN {_OVER}"),
    Rule(
        "relais_job_fence",
        "inventory_job",
        "UPDATE",
        "an attempt never becomes an earlier one",
        "NEW.attempt < OLD.attempt",
    ),
]
