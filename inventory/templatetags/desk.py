"""The desk's words for templates: kinds of media, capacities, outcomes of tests and of wiping."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.defaultfilters import floatformat
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.devices.accessories import told
from inventory.devices.categories import CATEGORIES, MEDIUM_KINDS, TOLD
from inventory.handover.aftercare import KINDS
from inventory.refurbishment.bench import OUTCOMES
from inventory.refurbishment.queries import TestLine
from inventory.wiping.evidence.verdicts import Outcome
from inventory.wiping.policy import DATA_CLASSES, EXCEPTION_REASONS
from inventory.wiping.techniques import (
    BATCH_REASONS,
    CATEGORY_LABELS,
    DESTRUCTION_LABELS,
    EXCUSES,
    METHOD_LABELS,
    OUTCOME_LABELS,
    SECOND_CHECK_OUTCOMES,
    SECOND_CHECKS,
    VERIFICATION_LABELS,
)
from inventory.wiping.unrecorded import Unrecorded

register = template.Library()


@register.inclusion_tag("web/parts/status.html")
def told_mark(code: str) -> dict[str, Any]:
    """The mark of what its holder told of a device."""
    return {"tone": "info" if code == "transfer" else "warn", "icon_name": "warning", "label": TOLD[code]}


@register.filter
def accessories(counts: dict[str, int]) -> str:
    """What goes with a device, in words: 1 × charger, 2 × video cable."""
    return told(counts)


@register.filter
def unrecorded(code: str) -> str | Promise:
    """Why a drive's verdict changed nothing, in the reader's language."""
    return Unrecorded(code).label if code else ""


# tone and icon of each outcome of a test
_TEST_MARKS = {
    "pass": ("good", "check"),
    "fail": ("bad", "cross"),
    "not_applicable": ("plain", "minus"),
    "not_done": ("warn", "clock"),
}

_VERDICT_MARKS = {
    Outcome.SANITISED: ("good", "check"),
    Outcome.OVERWRITTEN_NOT_VERIFIED: ("info", "disk"),
    Outcome.NOTHING_WIPED: ("warn", "warning"),
    Outcome.FAILED: ("bad", "cross"),
    Outcome.ABORTED: ("bad", "cross"),
    Outcome.UNREADABLE: ("warn", "question"),
    Outcome.NEEDS_PERSON: ("warn", "person"),
}

_SECOND_CHECK_MARKS = {
    "": ("warn", "clock"),
    "passed": ("good", "check"),
    "failed": ("bad", "cross"),
    "excused": ("plain", "minus"),
}

_EXCEPTION_MARKS = {
    "valid": ("good", "check", gettext_lazy("Valid")),
    "coming": ("info", "clock", gettext_lazy("To come")),
    "ended": ("plain", "minus", gettext_lazy("Ended")),
    "withdrawn": ("plain", "cross", gettext_lazy("Withdrawn")),
}

_TECHNIQUES = {**METHOD_LABELS, **DESTRUCTION_LABELS, **VERIFICATION_LABELS, **SECOND_CHECKS}

_REQUEST_MARKS = {
    "received": ("info", "clock", gettext_lazy("Received, not decided yet")),
    "decided": ("brand", "check", gettext_lazy("Decided")),
    "withdrawn": ("plain", "cross", gettext_lazy("Withdrawn")),
    "closed": ("good", "check", gettext_lazy("Closed")),
}


@register.filter
def device_kind(code: str) -> str | Promise:
    """A device's kind in the reader's language."""
    return CATEGORIES.get(code, code)


@register.filter
def medium_kind(code: str) -> str | Promise:
    """A storage medium's kind in the reader's language."""
    return MEDIUM_KINDS.get(code, code)


@register.filter
def technique(code: str) -> str | Promise:
    """A method of sanitising, verifying or destroying in the reader's language; a tool's own words stay."""
    return _TECHNIQUES.get(code, code)


@register.filter
def excuse(code: str) -> str | Promise:
    """Why a drawn medium can no longer be checked."""
    return EXCUSES.get(code, code)


@register.filter
def data_class(code: str) -> str | Promise:
    """Which data were on the media of an exception."""
    return DATA_CLASSES.get(code, code)


@register.filter
def exception_reason(code: str) -> str | Promise:
    """Why media may leave with Clear."""
    return EXCEPTION_REASONS.get(code, code)


@register.inclusion_tag("web/parts/status.html")
def exception_state(state: str) -> dict[str, Any]:
    """The mark of a written exception's state: icon and word."""
    tone, drawing, label = _EXCEPTION_MARKS[state]
    return {"tone": tone, "icon_name": drawing, "label": label}


@register.filter
def batch_reason(code: str) -> str | Promise:
    """Why a batch is in quarantine."""
    return BATCH_REASONS.get(code, code)


@register.filter
def sanitisation_category(code: str) -> str | Promise:
    """Clear, Purge or Destroy."""
    return CATEGORY_LABELS.get(code, code)


@register.filter
def counted(number: int) -> str:
    """A count with its thousands apart, as the reader's language writes it."""
    return number_format(number, use_l10n=True, force_grouping=True)


@register.filter
def gigabytes(count: int | None) -> str:
    """Bytes as people buy them: 512 GB (10⁹ bytes), 2 TB from a thousand on; nothing when unknown."""
    if not count:
        return ""
    if count >= 10**12:
        return _("%(number)s TB") % {"number": floatformat(count / 10**12, -1)}
    return _("%(number)s GB") % {"number": floatformat(count / 10**9, -1)}


@register.filter
def memory(megabytes: int | None) -> str:
    """Megabytes of memory as gigabytes (1,024 megabytes)."""
    return _("%(number)s GB") % {"number": floatformat(megabytes / 1024, -1)} if megabytes else ""


@register.inclusion_tag("web/parts/status.html")
def test_mark(line: TestLine) -> dict[str, Any]:
    """The mark of a test's outcome: icon and word."""
    outcome = line.result.outcome if line.result else "not_done"
    tone, drawing = _TEST_MARKS[outcome]
    return {"tone": tone, "icon_name": drawing, "label": OUTCOMES[outcome]}


@register.inclusion_tag("web/parts/status.html")
def verdict(code: str) -> dict[str, Any]:
    """The mark of what evidence says of a drive: icon and word."""
    tone, drawing = _VERDICT_MARKS[Outcome(code)]
    return {"tone": tone, "icon_name": drawing, "label": OUTCOME_LABELS[code]}


@register.inclusion_tag("web/parts/status.html")
def request_mark(state: str) -> dict[str, Any]:
    """The mark of how far a request has come: icon and word."""
    tone, drawing, label = _REQUEST_MARKS[state]
    return {"tone": tone, "icon_name": drawing, "label": label}


@register.inclusion_tag("web/parts/status.html")
def second_check(outcome: str) -> dict[str, Any]:
    """The mark of what a second check found: icon and word."""
    tone, drawing = _SECOND_CHECK_MARKS[outcome]
    return {"tone": tone, "icon_name": drawing, "label": SECOND_CHECK_OUTCOMES[outcome]}


@register.filter
def euro(cents: int | None) -> str:
    """An amount of cents in euro, as the reader's language writes it: 1 234,50 €, € 1.234,50, €1,234.50."""
    amount = number_format((cents or 0) / 100, 2, use_l10n=True, force_grouping=True)
    return _("€%(amount)s") % {"amount": amount}


@register.filter
def after_kind(code: str) -> Promise | str:
    """What happened after a hand-over, in the reader's language."""
    return KINDS[code].label if code in KINDS else code
