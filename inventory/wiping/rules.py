"""What the database itself refuses about proof: a medium validated or destroyed without its record, a check undone."""

from __future__ import annotations

from inventory.ledger.rules import Rule, append_only

# Moments are compared as they are stored: the days of an exception are Brussels days, made moments when it is granted.
_CLEAR_WITHOUT_EXCEPTION = """NEW.validated_at IS NOT NULL AND NEW.category = 'clear' AND NOT EXISTS (
    SELECT 1 FROM inventory_clearexception x WHERE x.reference = NEW.exception_reference
    AND x.begins_at <= NEW.validated_at AND x.ends_at > NEW.validated_at
    AND (x.withdrawn_at IS NULL OR x.withdrawn_at > NEW.validated_at)
    AND (x.medium_kind = '' OR EXISTS (
        SELECT 1 FROM inventory_medium m WHERE m.id = NEW.medium_id AND m.kind = x.medium_kind)))"""

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
    *append_only("inventory_certificatewithdrawal", "the withdrawal of a certificate"),
    *append_only("inventory_quarantinedbatch", "a quarantined batch"),
    *append_only("inventory_quarantinedmedium", "a storage medium of a quarantined batch"),
    Rule(
        "relais_period_final",
        "inventory_secondcheckperiod",
        "UPDATE",
        "a frozen period cannot be changed, nor drawn twice, nor opened again",
        "OLD.closed_at IS NOT NULL OR NEW.month <> OLD.month OR NEW.population_sha256 <> OLD.population_sha256 "
        "OR NEW.population <> OLD.population OR NEW.sample_size <> OLD.sample_size "
        "OR (OLD.drawn_at IS NOT NULL AND (NEW.drawn_at IS NULL OR NEW.drawn_at <> OLD.drawn_at "
        "OR NEW.seed <> OLD.seed))",
    ),
    Rule(
        "relais_period_close",
        "inventory_secondcheckperiod",
        "UPDATE",
        "a period cannot close while a drawn storage medium is unchecked",
        "NEW.closed_at IS NOT NULL AND (EXISTS (SELECT 1 FROM inventory_secondcheck c "
        "WHERE c.period_id = NEW.id AND c.checked_at IS NULL) OR "
        "(SELECT COUNT(*) FROM inventory_secondcheck c WHERE c.period_id = NEW.id) <> NEW.sample_size)",
    ),
    Rule(
        "relais_period_entrance",
        "inventory_secondcheckperiod",
        "INSERT",
        "a period is frozen before it is drawn, and drawn before it is closed",
        "NEW.drawn_at IS NOT NULL OR NEW.closed_at IS NOT NULL",
    ),
    Rule("relais_period_no_delete", "inventory_secondcheckperiod", "DELETE", "a period cannot be removed"),
    Rule(
        "relais_secondcheck_entrance",
        "inventory_secondcheck",
        "INSERT",
        "a second check enters with the draw of an open period, unchecked",
        "NEW.checked_at IS NOT NULL OR NOT EXISTS (SELECT 1 FROM inventory_secondcheckperiod p "
        "WHERE p.id = NEW.period_id AND p.drawn_at IS NOT NULL AND p.closed_at IS NULL "
        "AND NEW.place BETWEEN 1 AND p.sample_size) OR NOT EXISTS (SELECT 1 FROM inventory_sanitisation z "
        "WHERE z.id = NEW.sanitisation_id AND z.medium_id = NEW.medium_id)",
    ),
    Rule(
        "relais_secondcheck_final",
        "inventory_secondcheck",
        "UPDATE",
        "a second check that was done cannot be changed, nor moved to another storage medium",
        "OLD.checked_at IS NOT NULL OR NEW.medium_id <> OLD.medium_id OR NEW.period_id <> OLD.period_id "
        "OR NEW.sanitisation_id <> OLD.sanitisation_id OR NEW.place <> OLD.place",
    ),
    Rule(
        "relais_secondcheck_own",
        "inventory_secondcheck",
        "UPDATE",
        "nobody checks their own sanitisation",
        "EXISTS (SELECT 1 FROM inventory_sanitisation z WHERE z.id = NEW.sanitisation_id "
        "AND z.sanitised_by_id = NEW.checked_by_id)",
    ),
    Rule("relais_secondcheck_no_delete", "inventory_secondcheck", "DELETE", "a second check cannot be removed"),
    *append_only("inventory_sanitisationpolicy", "a version of the policy"),
    Rule(
        "relais_exception_final",
        "inventory_clearexception",
        "UPDATE",
        "a written exception can only be withdrawn, once",
        "OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL OR NEW.reference <> OLD.reference "
        "OR NEW.medium_kind <> OLD.medium_kind OR NEW.begins_at <> OLD.begins_at OR NEW.ends_at <> OLD.ends_at "
        "OR NEW.decided_by_id <> OLD.decided_by_id",
    ),
    Rule("relais_exception_no_delete", "inventory_clearexception", "DELETE", "a written exception cannot be removed"),
    Rule(
        "relais_sanitisation_clear",
        "inventory_sanitisation",
        "UPDATE",
        "Clear is validated only by a written exception that is valid then",
        f"OLD.validated_at IS NULL AND {_CLEAR_WITHOUT_EXCEPTION}",
    ),
    Rule(
        "relais_sanitisation_clear_entrance",
        "inventory_sanitisation",
        "INSERT",
        "Clear is validated only by a written exception that is valid then",
        _CLEAR_WITHOUT_EXCEPTION,
    ),
]
