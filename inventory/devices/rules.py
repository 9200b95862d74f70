"""What the database itself refuses about devices and media: release without proof, a status without its entry."""

from __future__ import annotations

from inventory.ledger.rules import Rule
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
        f"NEW.status NOT IN ('{Status.DECLARED}', '{Status.RECEIVED}') OR NOT "
        + _entry_exists("device", "NEW.tag", "AND e.to_status = NEW.status"),
    ),
    Rule(
        "relais_device_entry",
        "inventory_device",
        "UPDATE",
        "a change of status needs its entry in the ledger",
        "(NEW.status <> OLD.status OR NEW.seq <> OLD.seq) AND (NEW.seq <> OLD.seq + 1 OR NOT "
        + _entry_exists("device", "NEW.tag", "AND e.from_status = OLD.status AND e.to_status = NEW.status")
        + ")",
    ),
    Rule(
        "relais_device_tag",
        "inventory_device",
        "UPDATE",
        "a tag is for life",
        "NEW.tag <> OLD.tag",
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
    Rule("relais_medium_no_delete", "inventory_medium", "DELETE", "a storage medium cannot be removed"),
    Rule(
        "relais_stay_entrance",
        "inventory_mediumstay",
        "INSERT",
        "the device is beyond sanitisation: no storage medium can be put in",
        f"EXISTS (SELECT 1 FROM inventory_device d WHERE d.id = NEW.device_id AND d.status IN ({_CLEAN}))",
        _LOCK_DEVICE,
    ),
    Rule(
        "relais_stay_change",
        "inventory_mediumstay",
        "UPDATE",
        "a stay can only be closed, once",
        "OLD.until IS NOT NULL OR NEW.medium_id <> OLD.medium_id OR NEW.device_id <> OLD.device_id "
        "OR (NEW.until IS NOT NULL AND NOT EXISTS (SELECT 1 FROM inventory_medium m WHERE m.id = NEW.medium_id "
        "AND m.device_id IS NULL AND m.state IN ('removed', 'validated', 'destroyed')))",
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
