"""What the database itself refuses about the register: a look into the Crossroads Bank that is changed afterwards."""

from __future__ import annotations

from inventory.ledger.rules import Rule, append_only

ASSOCIATION_RULES: list[Rule] = [*append_only("inventory_bankcheck", "a look into the Crossroads Bank")]
