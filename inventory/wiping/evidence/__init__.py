"""Evidence of sanitisation: files of any tool in, one verdict per drive out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.errors import BadFile
from inventory.wiping.evidence import blancco, destruction, nvme, nwipe, nwipe_report, smartctl, station, usody
from inventory.wiping.evidence.contents import Form, Part, parts_of
from inventory.wiping.evidence.verdicts import WORTH, Category, Outcome, Verdict

__all__ = ["EVIDENCE", "LARGEST", "WORTH", "Category", "Outcome", "Tool", "Verdict", "judge"]

# Bytes. An nwipe log of forty drives is under 200 kB; a report with pictures under 1 MB.
LARGEST = 10_000_000
# Signs of a name and of a quoted line, and lines in one verdict.
LONGEST_NAME, LONGEST_QUOTE, MOST_QUOTES = 200, 500, 60


@dataclass(frozen=True, slots=True)
class Tool:
    """A program that writes evidence: the form of its files, whether one is its own, and the verdicts in it."""

    label: Promise
    form: Form
    recognises: Callable[[Part], bool]
    judge: Callable[[Part], list[Verdict]]


EVIDENCE: dict[str, Tool] = {
    "nwipe": Tool(_("Log of nwipe or ShredOS"), "text", nwipe.recognises, nwipe.judge),
    "nwipe_report": Tool(_("PDF report of nwipe or ShredOS"), "pdf", nwipe_report.recognises, nwipe_report.judge),
    "usody": Tool(_("Result of usody-sanitize"), "json", usody.recognises, usody.judge),
    "nvme": Tool(_("Sanitize log of nvme-cli, before and after"), "json", nvme.recognises, nvme.judge),
    "smartctl": Tool(_("Health report of smartctl"), "json", smartctl.recognises, smartctl.judge),
    "blancco": Tool(_("Report of Blancco (XML)"), "xml", blancco.recognises, blancco.judge),
    "blancco_json": Tool(_("Report of Blancco (JSON)"), "json", blancco.recognises, blancco.judge),
    "destruction": Tool(_("Record of a destruction (JSON)"), "json", destruction.recognises, destruction.judge),
    "destruction_csv": Tool(_("Record of a destruction (CSV)"), "text", destruction.recognises, destruction.judge),
    "station": Tool(_("Table of a wiping station"), "json", station.recognises, station.judge),
}


def judge(data: bytes, name: str) -> list[Verdict]:
    """Judge each drive in an evidence file by the rules of the tool that wrote it.

    Refuses (`BadFile`) an empty file, one above `LARGEST` bytes, a damaged one, and one that no known tool has written.
    """
    if not data.strip(b" \t\r\n\x00\xff\xfe"):
        raise BadFile(_("The evidence file is empty. Save the log again and upload it once more."))
    if len(data) > LARGEST:
        raise BadFile(
            _("The evidence file is larger than %(limit)s megabytes. Upload the logs one by one."),
            limit=LARGEST // 1_000_000,
        )
    verdicts: list[Verdict] = []
    known = False
    for part in parts_of(data, name):
        tool = next((tool for tool in EVIDENCE.values() if tool.form == part.form and tool.recognises(part)), None)
        known = known or tool is not None
        verdicts.extend(tool.judge(part) if tool else [_foreign(part)])
    if not known:
        raise BadFile(
            _(
                "No known wiping tool has written this file."
                " Upload the log itself, or record the sanitisation by hand and attach the file."
            )
        )
    return [_told(verdict) for verdict in verdicts]


def _told(verdict: Verdict) -> Verdict:
    """The verdict in signs that every database and every JSON can hold, each text cut to what a person reads."""
    return replace(
        verdict,
        tool=_clean(verdict.tool),
        tool_version=_clean(verdict.tool_version),
        device=_clean(verdict.device),
        serial=verdict.serial and _clean(verdict.serial),
        model=_clean(verdict.model),
        method=_clean(verdict.method),
        medium_kind=_clean(verdict.medium_kind),
        reasons=tuple(_clean(line, LONGEST_QUOTE) for line in verdict.reasons[:MOST_QUOTES]),
        contradictions=tuple(_clean(line, LONGEST_QUOTE) for line in verdict.contradictions[:MOST_QUOTES]),
    )


def _clean(text: str, most: int = LONGEST_NAME) -> str:
    return text[:most].replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def _foreign(part: Part) -> Verdict:
    """Something in a file that no tool wrote, or that breaks off, is told and not passed over."""
    what = "breaks off" if part.value is None else "is of no known tool"
    return Verdict("", Outcome.UNREADABLE, reasons=(f"line {part.line}: what begins here {what}",))
