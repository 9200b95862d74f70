"""What happened, in counts: movements by month, requests by channel, rounds, parity of channels, wiping failures."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any, Final

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.allocation.pools import POOLS
from inventory.allocation.queries import OUTCOMES
from inventory.associations.facts import CHANNELS
from inventory.associations.models import Request
from inventory.devices.categories import CATEGORIES
from inventory.devices.models import Device
from inventory.documents.commands import read_file
from inventory.ledger.models import Entry
from inventory.lifecycle import LIFECYCLE, Status
from inventory.reports.open_data.datasets import Dataset, Field, Rows
from inventory.reports.open_data.models import StatementFile
from inventory.reports.open_data.subsidies import within
from inventory.reports.open_data.suppression import TOTAL, hidden, with_totals
from inventory.reports.parity import parity
from inventory.reports.rounds import published, report_of
from inventory.wiping.models import Sanitisation

_STEPS: Final[dict[str, Promise]] = {
    **{step.name: step.label for step in LIFECYCLE},
    # What changes a status and is no step: entering, and coming back from another record of the same device.
    "declare": _("Declare"),
    "register_found": _("Found and registered"),
    "split_off": _("A record of its own again"),
}
_STATUSES: Final = {status.value: status.label for status in Status}
_ANSWERS: Final[dict[str, Promise]] = {
    **OUTCOMES,
    "withdrawn": _("Withdrawn"),
    "open": _("Not decided yet"),
    TOTAL: _("Total"),
}


def movement_rows(year: int) -> Rows:
    """Changes of status by month, step, new status and kind of device: counts of devices, never of people."""
    start, end = within(year)
    found = Entry.objects.filter(subject_kind="device", occurred_at__gte=start, occurred_at__lt=end)
    kind = Subquery(Device.objects.filter(tag=OuterRef("subject_key")).values("category")[:1])
    found = found.exclude(from_status=F("to_status")).exclude(to_status="")
    counted = found.annotate(month=TruncMonth("occurred_at"), kind=kind).values("month", "event", "to_status", "kind")
    rows = [
        (
            f"{timezone.localtime(one['month']):%Y-%m}",
            one["event"].removeprefix("device."),
            one["to_status"],
            one["kind"] or "other",
            one["count"],
        )
        for one in counted.annotate(count=Count("id")).order_by()
    ]
    merged: dict[tuple[str, ...], int] = {}
    for *key, count in rows:
        merged[tuple(key)] = merged.get(tuple(key), 0) + count
    return [(*key, count) for key, count in sorted(merged.items())]


def channel_rows(year: int) -> Rows:
    """Requests of a year that is over, by channel and answer; small cells are hidden, and others that protect them.

    While the year lasts there are none: what changes from day to day could be found by subtracting two days.
    """
    if year >= timezone.localdate().year:
        return []
    start, end = within(year)
    counts: dict[tuple[str, str], int] = {}
    found = Request.objects.filter(received_at__gte=start, received_at__lt=end).order_by("id")
    for asked in found.prefetch_related("decisions"):
        decisions = sorted(asked.decisions.all(), key=lambda one: -one.pk)
        answer = "withdrawn" if asked.state == "withdrawn" else decisions[0].outcome if decisions else "open"
        counts[asked.channel, answer] = counts.get((asked.channel, answer), 0) + 1
    if not counts:
        return []
    answers = [code for code in _ANSWERS if code != TOTAL]
    table = with_totals(counts, list(CHANNELS), answers)
    kept = hidden(table, before=_hidden_before(year))
    return [(*cell, None if cell in kept else count, int(cell in kept)) for cell, count in table.items()]


def _hidden_before(year: int) -> set[tuple[str, str]]:
    """The cells that any frozen statement of the year hides."""
    files = StatementFile.objects.filter(
        statement__dataset="requests", statement__year=year, language="", form="csv"
    ).select_related("file")
    rows = (row for one in files for row in csv.DictReader(io.StringIO(read_file(one.file).decode(), newline="")))
    return {(row["channel"], row["answer"]) for row in rows if row["hidden"] == "1"}


def round_rows(year: int) -> Rows:
    """Published rounds by the day of their decision: each pool's stock, wishes and awards, and what proves them."""
    rows: list[tuple[Any, ...]] = []
    for decision in published().filter(decided_on__year=year).order_by("id"):
        for pool in report_of(decision.round.number).pools:
            counts = (pool.stock, pool.asked, pool.awarded, pool.associations)
            rows.append((decision.round.number, pool.pool, decision.decided_on, *counts, decision.number))
            rows[-1] += (pool.frozen.policy.version, pool.frozen.commitment)
    return rows


def parity_rows(year: int) -> Rows:
    """Each channel against all others over 24 months to the end of the year; groups of fewer than five say nothing."""
    found = parity(min(dt.date(year, 12, 31), timezone.localdate()))
    return [
        (gap.channel, *(None if value is None else round(value, 4) for value in (gap.share, gap.difference)))
        + tuple(None if value is None else round(value, 4) for value in (gap.low, gap.high))
        for gap in found.gaps
    ]


def wiping_rows(year: int) -> Rows:
    """Attempts by month, tool and version, and how many failed at once or were found out later."""
    start, end = within(year)
    found = Sanitisation.objects.filter(recorded_at__gte=start, recorded_at__lt=end)
    counted = found.annotate(month=TruncMonth("recorded_at")).values("month", "tool", "tool_version")
    failed = Count("id", filter=Q(succeeded=False))
    rows = counted.annotate(attempts=Count("id"), failed=failed).order_by("month", "tool", "tool_version")
    return [
        (f"{timezone.localtime(one['month']):%Y-%m}", one["tool"], one["tool_version"], one["attempts"], one["failed"])
        for one in rows
    ]


MOVEMENTS: Final = Dataset(
    code="movements",
    title=_("Movements of devices"),
    description=_("Changes of status by month, step, new status and kind of device."),
    fields=(
        Field("month", _("Month")),
        Field("step", _("Step"), codes=_STEPS),
        Field("status", _("New status"), codes=_STATUSES),
        Field("kind", _("Kind"), codes=CATEGORIES),
        Field("devices", _("Devices"), "int"),
    ),
    rows=movement_rows,
    key=("month", "step", "status", "kind"),
    sums=("devices",),
)
REQUESTS: Final = Dataset(
    code="requests",
    title=_("Requests by channel"),
    description=_("How associations asked and what was answered, for years that are over."),
    fields=(
        Field("channel", _("Channel"), codes={**CHANNELS, TOTAL: _("Total")}),
        Field("answer", _("Answer given"), codes=_ANSWERS),
        Field("requests", _("Requests"), "int"),
        Field("hidden", _("Hidden (1: yes)"), "int"),
    ),
    rows=channel_rows,
    key=("channel", "answer"),
    theme="GOVE",
    rule=_("Counts from 1 to 4 are hidden, and others beside them, so that no subtraction brings them back."),
)
ROUNDS: Final = Dataset(
    code="rounds",
    title=_("Allocation rounds"),
    description=_("Published rounds: what there was, what was asked and awarded, with the fingerprint that proves it."),
    fields=(
        Field("round", _("Round")),
        Field("pool", _("Pool"), codes={code: label for code, (label, _kinds) in POOLS.items()}),
        Field("decided_on", _("Decided on"), "date"),
        Field("stock", _("Stock"), "int"),
        Field("asked", _("Asked"), "int"),
        Field("awarded", _("Awarded"), "int"),
        Field("associations", _("Associations"), "int"),
        Field("decision", _("Decision")),
        Field("points_version", _("Version of the points")),
        Field("commitment", _("Fingerprint")),
    ),
    rows=round_rows,
    key=("round", "pool"),
    theme="GOVE",
)
PARITY: Final = Dataset(
    code="parity",
    title=_("Parity of channels"),
    description=_("What was handed over within six months, as a share of what was asked, by channel."),
    fields=(
        Field("channel", _("Channel"), codes=CHANNELS),
        Field("share", _("Share given"), "decimal"),
        Field("difference", _("Difference"), "decimal"),
        Field("low", _("Interval from"), "decimal"),
        Field("high", _("Interval to"), "decimal"),
    ),
    rows=parity_rows,
    key=("channel",),
    theme="GOVE",
    rule=_("Over 24 months, as fractions of 1. Groups of fewer than five associations say nothing."),
)
WIPING: Final = Dataset(
    code="wiping",
    title=_("Sanitisation attempts and failures"),
    description=_("Attempts to erase storage media by month, tool and version, and how many failed."),
    fields=(
        Field("month", _("Month")),
        Field("tool", _("Tool")),
        Field("version", _("Version")),
        Field("attempts", _("Attempts"), "int"),
        Field("failed", _("Failed"), "int"),
    ),
    rows=wiping_rows,
    key=("month", "tool", "version"),
    sums=("attempts", "failed"),
)
