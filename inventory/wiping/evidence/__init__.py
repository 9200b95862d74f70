"""Evidence of sanitisation: files of any tool in, one verdict per drive out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.errors import BadFile
from inventory.wiping.evidence import nwipe
from inventory.wiping.evidence.verdicts import Category, Outcome, Verdict

__all__ = ["EVIDENCE", "LARGEST", "Category", "Outcome", "Tool", "Verdict", "judge"]

# Bytes. An nwipe log of forty drives is under 200 kB; a report with pictures under 1 MB.
LARGEST = 10_000_000


@dataclass(frozen=True, slots=True)
class Tool:
    """A program that writes evidence: whether bytes are its, and the verdicts in them."""

    label: Promise
    recognises: Callable[[bytes, str], bool]
    judge: Callable[[bytes], list[Verdict]]


EVIDENCE: dict[str, Tool] = {
    "nwipe": Tool(_("Log of nwipe or ShredOS"), nwipe.recognises, nwipe.judge),
}


def judge(data: bytes, name: str) -> list[Verdict]:
    """Judge each drive in an evidence file by the rules of the tool that wrote it.

    Refuses (`BadFile`) an empty file, one above `LARGEST` bytes, and one that no known tool has written.
    """
    if not data.strip():
        raise BadFile(_("The evidence file is empty. Save the log again and upload it once more."))
    if len(data) > LARGEST:
        raise BadFile(
            _("The evidence file is larger than %(limit)s megabytes. Upload the logs one by one."),
            limit=LARGEST // 1_000_000,
        )
    for tool in EVIDENCE.values():
        if tool.recognises(data, name):
            return tool.judge(data)
    raise BadFile(
        _(
            "No known wiping tool has written this file."
            " Upload the log itself, or record the sanitisation by hand and attach the file."
        )
    )
