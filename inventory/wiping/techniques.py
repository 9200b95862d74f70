"""The words of sanitisation: techniques, ways to verify and destroy, verdicts and categories, for readers."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.wiping.evidence.verdicts import Category, Outcome

METHOD_LABELS: dict[str, Promise] = {
    "overwrite": _("Overwritten"),
    "ata_secure_erase": _("ATA Secure Erase"),
    "ata_sanitize_block_erase": _("ATA Sanitize: block erase"),
    "ata_sanitize_crypto": _("ATA Sanitize: cryptographic erase"),
    "ata_sanitize_overwrite": _("ATA Sanitize: overwrite"),
    "nvme_format": _("NVMe Format"),
    "nvme_sanitize_block_erase": _("NVMe Sanitize: block erase"),
    "nvme_sanitize_crypto": _("NVMe Sanitize: cryptographic erase"),
    "factory_reset": _("Factory reset"),
}

DESTRUCTION_LABELS: dict[str, Promise] = {
    "shred": _("Shredded"),
    "disintegrate": _("Disintegrated"),
    "incinerate": _("Incinerated"),
    "melt": _("Melted"),
    "pulverise": _("Pulverised"),
}

VERIFICATION_LABELS: dict[str, Promise] = {
    "read_back_sample": _("Read back samples over the whole medium"),
    "full_read_back": _("Read back all of it"),
    "second_tool": _("Searched with a second tool"),
    "device_status": _("Status reported by the medium"),
    "by_tool": _("Verified by the tool itself"),
}

# How somebody looked for data a second time: never with the tool that wiped.
SECOND_CHECKS: dict[str, Promise] = {
    "recovery_software": _("Searched with recovery software"),
    "other_tool": _("Read back with another tool"),
    "sectors_read": _("Read sectors all over the medium"),
    "laboratory": _("Examined by a laboratory"),
}

SECOND_CHECK_OUTCOMES: dict[str, Promise] = {
    "": _("To check"),
    "passed": _("No data found"),
    "failed": _("Data found"),
    "excused": _("Not checked, excused"),
}

# Why a drawn medium can no longer be checked.
EXCUSES: dict[str, Promise] = {
    "destroyed": _("destroyed since"),
    "handed_over": _("handed over since"),
    "recycled": _("recycled since"),
    "lost": _("lost since"),
    "wiped_again": _("its proof no longer stands"),
}

BATCH_REASONS: dict[str, Promise] = {
    "second_check_failed": _("The second check failed"),
    "verification_failed": _("The verification failed"),
    "sanitised_badly": _("A later attempt failed"),
}

OUTCOME_LABELS: dict[str, Promise] = {
    Outcome.SANITISED: _("Sanitised and verified"),
    Outcome.OVERWRITTEN_NOT_VERIFIED: _("Sanitised, not verified"),
    Outcome.NOTHING_WIPED: _("Nothing was wiped"),
    Outcome.FAILED: _("Failed"),
    Outcome.ABORTED: _("Stopped before the end"),
    Outcome.UNREADABLE: _("Cannot be read"),
    Outcome.NEEDS_PERSON: _("A person has to look"),
}

CATEGORY_LABELS: dict[str, Promise] = {
    Category.CLEAR: _("Clear"),
    Category.PURGE: _("Purge"),
    Category.DESTROY: _("Destroy"),
}
