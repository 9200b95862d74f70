"""Define a report, change it by a new version, retire it: each with its entry in the ledger."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.devices.gatekeepers import require
from inventory.devices.identity import folded
from inventory.documents.commands import next_number
from inventory.errors import BadInput, Conflict, NotFound
from inventory.ledger.canonical import canonical
from inventory.ledger.commands import Deed, next_seq, record
from inventory.ledger.personal import NAMES, personal_in
from inventory.lifecycle import Actor, Word
from inventory.reports.definitions.models import ReportDefinition
from inventory.reports.filters import EVERYTHING, Filter
from inventory.reports.period import FIXED, USUAL, scope_of

SERIES = "B"
LONGEST_NAME = 60


@transaction.atomic
def define_report(
    name: str,
    *,
    actor: Actor,
    language: str = "fr",
    period: str = "last_quarter",
    first: dt.date | None = None,
    last: dt.date | None = None,
    wanted: Filter = EVERYTHING,
    number: str = "",
) -> ReportDefinition:
    """Keep a definition under a name; with `number`, as the next version of that report. The ledger has its SHA-256.

    `period` is a name of `USUAL`, or `fixed` with first and last day. Refuses: NotAllowed; NotFound; BadInput (name,
    language, period, days); Conflict (another report in use has the name, or this one was retired).
    """
    require(actor, Word.AUDIT)
    called = " ".join(name.split())
    key = folded(called)[:200]
    if not 3 <= len(called) <= LONGEST_NAME or not key:
        raise BadInput(_("A name has between 3 and %(most)s signs."), field="name", most=LONGEST_NAME)
    if found := personal_in(called):
        raise BadInput(_("The name holds %(what)s. Name what the report is about."), field="name", what=NAMES[found[0]])
    days = _days(period, first, last)
    scope_of(*(days or USUAL["last_month"].days(timezone.localdate())), language)
    before = _current(number) if number else None
    if ReportDefinition.objects.filter(name_key=key, ended_at__isnull=True).exclude(number=number or "-").exists():
        raise Conflict(_("Another report is called '%(name)s'. Choose another name, or change that one."), name=called)
    now = timezone.now()
    made = ReportDefinition(
        number=before.number if before else next_number(SERIES, timezone.localdate()),
        version=before.version + 1 if before else 1,
        name=called,
        name_key=key,
        language=language,
        period=period,
        first=days[0] if days else None,
        last=days[1] if days else None,
        filters=wanted.plain(),
        made_at=now,
        made_by_id=actor.pk,
    )
    _remember(made, "define", actor, {"version": made.version, "sha256": fingerprint_of(made)}, "in_use")
    if before:
        before.ended_at = now
        before.save(update_fields=["ended_at"])
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as problem:  # somebody else was quicker
        raise Conflict(_("Somebody else has just saved a report of this name. Look at it first.")) from problem
    return made


@transaction.atomic
def retire_report(number: str, *, actor: Actor) -> ReportDefinition:
    """Take a report out of use; its versions stay. Refuses: NotAllowed; NotFound; Conflict (retired already)."""
    require(actor, Word.AUDIT)
    found = _current(number)
    _remember(found, "retire", actor, {"version": found.version}, "retired")
    found.ended_at = timezone.now()
    found.save(update_fields=["ended_at"])
    return found


def fingerprint_of(one: ReportDefinition) -> str:
    """The SHA-256 of what a version says, in one spelling of JSON (hexadecimal)."""
    said: dict[str, Any] = {
        "name": one.name,
        "language": one.language,
        "period": one.period,
        "first": one.first.isoformat() if one.first else "",
        "last": one.last.isoformat() if one.last else "",
        "filters": one.filters,
    }
    return hashlib.sha256(canonical(said)).hexdigest()


def _days(period: str, first: dt.date | None, last: dt.date | None) -> tuple[dt.date, dt.date] | None:
    if period not in (*USUAL, FIXED):
        raise BadInput(_("Choose a period from the list."), field="period")
    if period != FIXED:
        return None
    if first is None or last is None:
        raise BadInput(_("Give the first and the last day of the period."), field="first")
    return first, last


def _current(number: str) -> ReportDefinition:
    versions = ReportDefinition.objects.select_for_update().filter(number=number.strip().upper())
    found = versions.order_by("-version").first()
    if found is None:
        raise NotFound(_("No report is kept under %(number)s."), number=number)
    if found.ended_at is not None:
        raise Conflict(_("The report %(number)s was retired."), number=found.number)
    return found


def _remember(one: ReportDefinition, event: str, actor: Actor, facts: dict[str, Any], to_status: str) -> None:
    seq = next_seq("report", one.number)
    record(Deed(f"report.{event}", "report", one.number, seq, facts=facts, to_status=to_status), actor=actor)
