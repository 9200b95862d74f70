"""What the database itself refuses about proof: a medium validated or destroyed without its record."""

from __future__ import annotations

from inventory.ledger.rules import Rule, append_only

WIPING_RULES: list[Rule] = [
    Rule(
        "relais_medium_validated",
        "inventory_medium",
        "UPDATE",
        "a storage medium is validated only with a validated sanitisation of its present cycle",
        "NEW.state = 'validated' AND NOT EXISTS (SELECT 1 FROM inventory_sanitisation z "
        "WHERE z.medium_id = NEW.id AND z.cycle = NEW.cycle AND z.validated_at IS NOT NULL)",
    ),
    Rule(
        "relais_medium_destroyed",
        "inventory_medium",
        "UPDATE",
        "a storage medium is destroyed only with its record of destruction",
        "NEW.state = 'destroyed' AND NOT EXISTS (SELECT 1 FROM inventory_destruction x WHERE x.medium_id = NEW.id)",
    ),
    Rule(
        "relais_sanitisation_final",
        "inventory_sanitisation",
        "UPDATE",
        "a validated sanitisation cannot be changed",
        "OLD.validated_at IS NOT NULL",
    ),
    Rule(
        "relais_sanitisation_no_delete",
        "inventory_sanitisation",
        "DELETE",
        "a sanitisation cannot be removed",
    ),
    Rule("relais_destruction_no_update", "inventory_destruction", "UPDATE", "a destruction cannot be changed"),
    Rule("relais_destruction_no_delete", "inventory_destruction", "DELETE", "a destruction cannot be removed"),
    *append_only("inventory_certificate", "a certificate"),
    Rule(
        "relais_certificate_proof",
        "inventory_certificate",
        "INSERT",
        "a certificate needs a validated sanitisation or a destruction of its medium",
        "NOT EXISTS (SELECT 1 FROM inventory_sanitisation z WHERE z.id = NEW.sanitisation_id "
        "AND z.medium_id = NEW.medium_id AND z.validated_at IS NOT NULL) AND NOT EXISTS "
        "(SELECT 1 FROM inventory_destruction x WHERE x.id = NEW.destruction_id AND x.medium_id = NEW.medium_id)",
    ),
]
