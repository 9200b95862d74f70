"""What evidence says of one drive: a verdict with its quoted lines, never more than the file proves."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """What happened to the drive, as far as the evidence proves it."""

    SANITISED = "sanitised"
    OVERWRITTEN_NOT_VERIFIED = "overwritten_not_verified"
    NOTHING_WIPED = "nothing_wiped"
    FAILED = "failed"
    ABORTED = "aborted"
    UNREADABLE = "unreadable"
    NEEDS_PERSON = "needs_person"


class Category(StrEnum):
    """The category of sanitisation reached (NIST SP 800-88 Rev. 2, section 3.1)."""

    CLEAR = "clear"
    PURGE = "purge"
    DESTROY = "destroy"


# What a verdict proves, best first. Less of a file never proves more: cut, joined or edited evidence is held to this.
WORTH: dict[Outcome, int] = {
    Outcome.SANITISED: 2,
    Outcome.OVERWRITTEN_NOT_VERIFIED: 1,
    Outcome.NEEDS_PERSON: 0,
    Outcome.NOTHING_WIPED: 0,
    Outcome.ABORTED: 0,
    Outcome.FAILED: 0,
    Outcome.UNREADABLE: 0,
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """One drive's verdict. `serial` is None when missing, hidden or a placeholder: it matches nothing.

    `medium_kind` is what the evidence itself says of the medium (such as `hdd`, `sata_ssd`, `nvme`, `emmc`; empty if
    it does not say); `contradictions` are lines of the file that say something else than the verdict, quoted too.

    Times are as the tool wrote them, local to its machine and without zone. `errors` counts by kind.
    `reasons` are the lines that decide, each as "line N: text", the file's own words after the colon.
    """

    tool: str
    verdict: Outcome
    tool_version: str = ""
    device: str = ""
    serial: str | None = None
    model: str = ""
    size_bytes: int | None = None
    category: Category | None = None
    verified: bool = False
    method: str = ""
    started_at: datetime.datetime | None = None
    ended_at: datetime.datetime | None = None
    errors: tuple[tuple[str, int], ...] = ()
    reasons: tuple[str, ...] = ()
    medium_kind: str = ""
    contradictions: tuple[str, ...] = ()

    def plain(self) -> dict[str, Any]:
        """The verdict as values of JSON, the names that scripts may rely on."""
        return {
            "device": self.device,
            "serial": self.serial,
            "verdict": self.verdict.value,
            "category": self.category.value if self.category else None,
            "verified": self.verified,
            "method": self.method,
            "tool": self.tool,
            "version": self.tool_version,
            "model": self.model,
            "medium_kind": self.medium_kind,
            "reasons": list(self.reasons),
            "contradictions": list(self.contradictions),
        }
