"""What evidence says of one drive: a verdict with its quoted lines, never more than the file proves."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import StrEnum


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


@dataclass(frozen=True, slots=True)
class Verdict:
    """One drive's verdict. `serial` is None when missing, hidden or a placeholder: it matches nothing.

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
