"""Reads of saved reports, and what one of them is about today."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from inventory.devices.gatekeepers import require
from inventory.devices.identity import folded
from inventory.errors import NotFound
from inventory.lifecycle import Actor, Word
from inventory.reports.definitions.models import ReportDefinition
from inventory.reports.filters import Filter, read_filter
from inventory.reports.period import USUAL, Scope, scope_of


def reports(actor: Actor) -> QuerySet[ReportDefinition]:
    """The reports in use, by name. Refuses NotAllowed."""
    require(actor, Word.AUDIT)
    return ReportDefinition.objects.filter(ended_at__isnull=True).select_related("made_by").order_by("name_key")


def report_numbered(number: str, actor: Actor) -> ReportDefinition:
    """The newest version of a report, retired or not. Refuses: NotAllowed; NotFound."""
    require(actor, Word.AUDIT)
    found = ReportDefinition.objects.filter(number=number.strip().upper()).order_by("-version").first()
    if found is None:
        raise NotFound(_("No report is kept under %(number)s."), number=number)
    return found


def versions_of(number: str, actor: Actor) -> QuerySet[ReportDefinition]:
    """Every version of a report, the newest first. Refuses NotAllowed."""
    require(actor, Word.AUDIT)
    return ReportDefinition.objects.filter(number=number).select_related("made_by").order_by("-version")


def report_called(name: str) -> ReportDefinition:
    """The report in use with this name or number, for scripts on the machine itself. Refuses NotFound."""
    known = Q(name_key=folded(" ".join(name.split()))[:200]) | Q(number=name.strip().upper())
    found = ReportDefinition.objects.filter(known, ended_at__isnull=True).order_by("id").first()
    if found is None:
        raise NotFound(_("There is no report called '%(name)s'."), name=name)
    return found


def filter_of(one: ReportDefinition) -> Filter:
    """What a definition leaves out, as it was saved."""
    return Filter(**{name: tuple(values) for name, values in one.filters.items()})


def scope_of_report(one: ReportDefinition, today: dt.date) -> Scope:
    """Period, language and filter of a definition as seen from a day.

    Refuses (BadInput) a filter by what is gone since, such as a department whose last device was renamed.
    """
    days = (one.first, one.last) if one.first and one.last else USUAL[one.period].days(today)
    return scope_of(*days, one.language, read_filter(one.filters), f"{one.name} ({one.number}, {one.version})")
