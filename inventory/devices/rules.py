"""What the database itself refuses about devices and media: release without proof, a status without its entry."""

from __future__ import annotations

from inventory.ledger.rules import Rule, append_only
from inventory.lifecycle import ACCOUNTED, PROVEN_CLEAN, Status

_CLEAN = ", ".join(f"'{status}'" for status in sorted(PROVEN_CLEAN))
_ACCOUNTED = ", ".join(f"'{state}'" for state in sorted(ACCOUNTED))

# NIST SP 800-88 Rev. 2 §4 and: every medium ever seen in the device is validated, destroyed, or was taken
# out by a named person; and a device without media has been declared to hold no data.
_UNACCOUNTED = f"""(
    EXISTS (SELECT 1 FROM inventory_mediumstay s JOIN inventory_medium m ON m.id = s.medium_id
            WHERE s.device_id = NEW.id AND s.until IS NULL AND m.state NOT IN ({_ACCOUNTED}))
    OR EXISTS (SELECT 1 FROM inventory_medium m WHERE m.device_id = NEW.id AND m.state NOT IN ({_ACCOUNTED}))
    OR (NEW.no_data_declared_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM inventory_mediumstay s WHERE s.device_id = NEW.id))
)"""

_LOCK_DEVICE = "PERFORM 1 FROM inventory_device WHERE id = NEW.device_id FOR SHARE;"


_MERGED_NOW = "COALESCE(NEW.merged_into_id, 0) <> COALESCE(OLD.merged_into_id, 0)"
_IN_A_MERGED_RECORD = (
    "EXISTS (SELECT 1 FROM inventory_device d WHERE d.id = NEW.device_id AND d.merged_into_id IS NOT NULL)"
)


def _entry_exists(kind: str, key: str, more: str = "") -> str:
    return (
        f"EXISTS (SELECT 1 FROM inventory_entry e WHERE e.subject_kind = '{kind}' AND e.subject_key = {key} "
        f"AND e.subject_seq = NEW.seq {more})"
    )


DEVICE_RULES: list[Rule] = [
    Rule(
        "relais_device_release",
        "inventory_device",
        "UPDATE",
        "a storage medium of this device is not accounted for",
        f"NEW.status IN ({_CLEAN}) AND {_UNACCOUNTED}",
    ),
    Rule(
        "relais_device_entrance",
        "inventory_device",
        "INSERT",
        "a device enters as declared or received, with its entry in the ledger",
        f"NEW.merged_into_id IS NOT NULL OR NEW.status NOT IN ('{Status.DECLARED}', '{Status.RECEIVED}') OR NOT "
        # The bounds keep PostgreSQL from reading the whole ledger once for all rows: each is looked up.
        + _entry_exists("device", "NEW.tag", "AND e.to_status = NEW.status LIMIT 1 OFFSET 0"),
        at_once=True,
    ),
    Rule(
        "relais_device_entry",
        "inventory_device",
        "UPDATE",
        "a change of status needs its entry in the ledger",
        f"(NEW.status <> OLD.status OR NEW.seq <> OLD.seq OR {_MERGED_NOW}) AND (NEW.seq <> OLD.seq + 1 OR NOT "
        + _entry_exists(
            "device",
            "NEW.tag",
            "AND e.from_status = CASE WHEN OLD.merged_into_id IS NULL THEN OLD.status ELSE '' END "
            "AND e.to_status = CASE WHEN NEW.merged_into_id IS NULL THEN NEW.status ELSE '' END",
        )
        + ")",
    ),
    Rule(
        "relais_device_tag",
        "inventory_device",
        "UPDATE",
        "a tag is for life",
        "NEW.tag <> OLD.tag",
    ),
    Rule(
        "relais_device_merged",
        "inventory_device",
        "UPDATE",
        "a record merged into another takes no part until it is split off",
        "OLD.merged_into_id IS NOT NULL AND (NEW.status <> OLD.status OR (NEW.merged_into_id IS NOT NULL AND "
        "(NEW.merged_into_id <> OLD.merged_into_id OR NEW.seq <> OLD.seq)))",
    ),
    Rule(
        "relais_device_merge",
        "inventory_device",
        "UPDATE",
        "a record is merged into one that is kept, and leaves no storage medium behind",
        "OLD.merged_into_id IS NULL AND NEW.merged_into_id IS NOT NULL AND (NEW.status <> OLD.status "
        "OR NOT EXISTS (SELECT 1 FROM inventory_merge g WHERE g.absorbed_id = NEW.id "
        "AND g.kept_id = NEW.merged_into_id AND g.split_at IS NULL) "
        "OR EXISTS (SELECT 1 FROM inventory_device k WHERE k.id = NEW.merged_into_id "
        "AND k.merged_into_id IS NOT NULL) "
        "OR EXISTS (SELECT 1 FROM inventory_device c WHERE c.merged_into_id = NEW.id) "
        "OR EXISTS (SELECT 1 FROM inventory_medium m WHERE m.device_id = NEW.id) "
        "OR EXISTS (SELECT 1 FROM inventory_mediumstay s WHERE s.device_id = NEW.id AND s.until IS NULL))",
    ),
    Rule(
        "relais_merge_change",
        "inventory_merge",
        "UPDATE",
        "a merge can only be undone, once",
        "OLD.split_at IS NOT NULL OR NEW.kept_id <> OLD.kept_id OR NEW.absorbed_id <> OLD.absorbed_id "
        "OR (NEW.split_at IS NOT NULL AND EXISTS (SELECT 1 FROM inventory_device d "
        "WHERE d.id = NEW.absorbed_id AND d.merged_into_id IS NOT NULL))",
    ),
    Rule("relais_merge_no_delete", "inventory_merge", "DELETE", "a merge cannot be removed"),
    *append_only("inventory_toldapart", "what somebody told apart"),
    *(
        Rule(
            f"relais_{table}_merged_{act.lower()}",
            f"inventory_{table}",
            act,
            "this record was merged into another: its storage media are there",
            _IN_A_MERGED_RECORD,
            _LOCK_DEVICE,
        )
        for table, act in (("medium", "INSERT"), ("medium", "UPDATE"), ("mediumstay", "INSERT"))
    ),
    Rule("relais_device_no_delete", "inventory_device", "DELETE", "a device cannot be removed"),
    Rule(
        "relais_medium_release",
        "inventory_medium",
        "UPDATE",
        "the device of this storage medium is beyond sanitisation",
        f"NEW.state NOT IN ({_ACCOUNTED}) AND EXISTS (SELECT 1 FROM inventory_device d "
        f"WHERE d.status IN ({_CLEAN}) AND (d.id = NEW.device_id OR d.id IN "
        "(SELECT s.device_id FROM inventory_mediumstay s WHERE s.medium_id = NEW.id AND s.until IS NULL)))",
        _LOCK_DEVICE,
    ),
    Rule(
        "relais_medium_entrance",
        "inventory_medium",
        "INSERT",
        "a new storage medium needs its entry, and a device not yet beyond sanitisation",
        f"NEW.state <> 'pending' OR NOT {_entry_exists('medium', 'NEW.code')} OR EXISTS "
        f"(SELECT 1 FROM inventory_device d WHERE d.id = NEW.device_id AND d.status IN ({_CLEAN}))",
        _LOCK_DEVICE,
    ),
    Rule(
        "relais_medium_entry",
        "inventory_medium",
        "UPDATE",
        "a change of a storage medium needs its entry in the ledger",
        "(NEW.state <> OLD.state OR NEW.seq <> OLD.seq) AND (NEW.seq <> OLD.seq + 1 OR NOT "
        + _entry_exists("medium", "NEW.code", "AND e.from_status = OLD.state AND e.to_status = NEW.state")
        + ")",
    ),
    Rule(
        "relais_device_withdrawn",
        "inventory_device",
        "UPDATE",
        "the proof of a storage medium of this device was withdrawn",
        f"NEW.status IN ({_CLEAN}) AND NEW.status <> OLD.status "
        f"AND NOT (OLD.status = '{Status.RESERVED}' AND NEW.status = '{Status.READY}') AND EXISTS "
        "(SELECT 1 FROM inventory_medium m WHERE m.proof_withdrawn AND (m.device_id = NEW.id OR EXISTS "
        "(SELECT 1 FROM inventory_mediumstay s WHERE s.medium_id = m.id AND s.device_id = NEW.id "
        "AND s.until IS NULL)))",
    ),
    Rule(
        "relais_medium_withdrawn",
        "inventory_medium",
        "UPDATE",
        "a withdrawn proof stays withdrawn",
        "OLD.proof_withdrawn AND NOT NEW.proof_withdrawn AND NEW.state = 'validated'",
    ),
    Rule("relais_medium_no_delete", "inventory_medium", "DELETE", "a storage medium cannot be removed"),
    Rule(
        "relais_stay_entrance",
        "inventory_mediumstay",
        "INSERT",
        "the device is beyond sanitisation: no storage medium can be put in",
        f"EXISTS (SELECT 1 FROM inventory_device d WHERE d.id = NEW.device_id AND d.status IN ({_CLEAN})) "
        # But for a proven one that comes back with its record when a merge is undone.
        "AND NOT EXISTS (SELECT 1 FROM inventory_merge g JOIN inventory_medium m ON m.id = NEW.medium_id "
        f"WHERE g.split_at IS NULL AND g.absorbed_id = NEW.device_id AND m.state IN ({_ACCOUNTED}) "
        "AND NOT m.proof_withdrawn)",
        _LOCK_DEVICE,
    ),
    Rule(
        "relais_stay_change",
        "inventory_mediumstay",
        "UPDATE",
        "a stay can only be closed, once",
        "OLD.until IS NOT NULL OR NEW.medium_id <> OLD.medium_id OR NEW.device_id <> OLD.device_id "
        "OR (NEW.until IS NOT NULL AND NOT EXISTS (SELECT 1 FROM inventory_medium m WHERE m.id = NEW.medium_id "
        "AND m.device_id IS NULL AND m.state IN ('removed', 'validated', 'destroyed')) AND NOT EXISTS "
        # It went with its machine from one record to the other.
        "(SELECT 1 FROM inventory_medium m JOIN inventory_merge g ON g.split_at IS NULL AND "
        "((g.absorbed_id = OLD.device_id AND g.kept_id = m.device_id) OR "
        "(g.kept_id = OLD.device_id AND g.absorbed_id = m.device_id)) WHERE m.id = NEW.medium_id AND EXISTS "
        "(SELECT 1 FROM inventory_entry e WHERE e.subject_kind = 'medium' AND e.subject_key = m.code "
        "AND e.subject_seq = m.seq AND e.event = 'medium.carry')))",
    ),
    Rule("relais_stay_no_delete", "inventory_mediumstay", "DELETE", "a stay cannot be removed"),
    Rule("relais_issuedtag_no_delete", "inventory_issuedtag", "DELETE", "a tag is never reused"),
    Rule(
        "relais_issuedtag_bound",
        "inventory_issuedtag",
        "UPDATE",
        "a tag is bound to one device for life",
        "NEW.code <> OLD.code OR (OLD.device_id IS NOT NULL AND "
        "(NEW.device_id IS NULL OR NEW.device_id <> OLD.device_id))",
    ),
]
