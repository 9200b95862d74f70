"""What the database itself refuses about statements: to change or remove one."""

from __future__ import annotations

from inventory.ledger.rules import Rule, append_only

STATEMENT_RULES: list[Rule] = [
    *append_only("inventory_statement", "a frozen statement"),
    *append_only("inventory_statementfile", "a file of a frozen statement"),
]
