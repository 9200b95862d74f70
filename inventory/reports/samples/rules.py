"""What the database itself refuses about samples: another population after the freeze, another seed after the draw."""

from __future__ import annotations

from inventory.ledger.rules import Rule

SAMPLE_RULES: list[Rule] = [
    Rule(
        "relais_sample_frozen",
        "inventory_sample",
        "UPDATE",
        "a frozen population and its seed stay as they are",
        "NEW.text <> OLD.text OR NEW.sha256 <> OLD.sha256 OR NEW.sample_size <> OLD.sample_size "
        "OR NEW.method <> OLD.method OR (OLD.seed <> '' AND NEW.seed <> OLD.seed)",
    ),
    Rule("relais_sample_no_delete", "inventory_sample", "DELETE", "a sample cannot be removed"),
    Rule(
        "relais_sampleitem_frozen",
        "inventory_sampleitem",
        "UPDATE",
        "what was drawn stays as it was drawn",
        "NEW.key <> OLD.key OR NEW.place <> OLD.place OR NEW.sample_id <> OLD.sample_id",
    ),
    Rule("relais_sampleitem_no_delete", "inventory_sampleitem", "DELETE", "what was drawn cannot be removed"),
]
