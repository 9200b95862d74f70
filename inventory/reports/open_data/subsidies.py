"""The yearly inventory of subsidies: each gift to an association, which the law makes public with its name."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.associations.facts import LEGAL_FORMS, dotted
from inventory.devices.categories import CATEGORIES
from inventory.handover.models import AgreementItem
from inventory.handover.replacing import REPLACED
from inventory.handover.valuing import METHODS
from inventory.ledger.models import Entry
from inventory.reports.open_data.datasets import CC0, Check, Dataset, Field, Rows
from inventory.reports.period import Scope

_FIELDS: Final = (
    Field("agreement", _("Agreement")),
    Field("given_on", _("Given on"), "date"),
    Field("beneficiary", _("Beneficiary")),
    Field("enterprise_number", _("Enterprise number")),
    Field("legal_form", _("Legal form"), codes=LEGAL_FORMS, in_files=True),
    Field("object", _("Object: refurbished equipment"), codes=CATEGORIES),
    Field("devices", _("Devices"), "int"),
    Field("value_eur", _("Value (EUR)"), "decimal"),
    Field("value_method", _("How it was valued"), codes=METHODS, in_files=True),
    Field("decision", _("Decision")),
    Field("decided_on", _("Decided on"), "date", in_files=True),
    Field("organ_decision", _("Decision of the organ")),
    Field("taken_back", _("Of which taken back since"), "int", in_files=True),
)


def within(year: int) -> tuple[dt.datetime, dt.datetime]:
    """The first moment of a year in Brussels, and the first after it."""
    scope = Scope(dt.date(year, 1, 1), dt.date(year, 12, 31), "en")
    return scope.start, scope.end


def subsidy_rows(year: int) -> Rows:
    """A row for each agreement signed in the year and kind of device; a value that nobody gave stays empty.

    Legal persons are never left out (joint decree and ordinance of 16 May 2019, art. 6); a de-facto association stands
    by its name as an association, never by its contact persons.
    """
    start, end = within(year)
    items = AgreementItem.objects.filter(agreement__signed_at__gte=start, agreement__signed_at__lt=end)
    # One that did not work counts as the one given in its place, in whatever year: the same gift, at its value.
    items = items.exclude(end_reason__in=["left_out", "cancelled", REPLACED]).order_by(
        "agreement__signed_at", "agreement_id"
    )
    columns = (
        *("agreement__number", "agreement__signed_at", "agreement__association__name"),
        *("agreement__association__enterprise_number", "agreement__association__legal_form", "device__category"),
        *(
            "valuation__cents",
            "valuation__method",
            "reservation__decision__number",
            "reservation__decision__decided_at",
        ),
        *("reservation__decision__round__decision__number", "ended_at"),
    )
    rows: dict[tuple[Any, ...], list[Any]] = {}
    decisions: dict[tuple[Any, ...], set[tuple[str, dt.date, str]]] = defaultdict(set)
    for (
        number,
        signed,
        name,
        enterprise,
        form,
        kind,
        value,
        method,
        decision,
        decided,
        act,
        ended,
    ) in items.values_list(*columns):
        key = (number, kind, method or "")
        row = rows.setdefault(key, [number, timezone.localdate(signed), name, dotted(enterprise), form, kind, 0, None])
        row[6] += 1
        if value is not None:
            row[7] = (row[7] or Decimal(0)) + Decimal(value).scaleb(-2)
        if len(row) == 8:
            row.append(0)
        row[8] += ended is not None
        decisions[key].add((decision, timezone.localdate(decided), act or ""))
    return [(*row[:8], key[2], *_decided(decisions[key]), row[8]) for key, row in rows.items()]


def _decided(found: set[tuple[str, dt.date, str]]) -> tuple[str, dt.date, str]:
    """Numbers of decisions, the last day among them, and the acts of the organ."""
    numbers = ", ".join(sorted({number for number, _day, _act in found}))
    acts = ", ".join(sorted({act for _number, _day, act in found if act}))
    return numbers, max(day for _number, day, _act in found), acts


def _checks(year: int, rows: Rows) -> list[Check]:
    start, end = within(year)
    moved = Entry.objects.filter(event="device.hand_over", occurred_at__gte=start, occurred_at__lt=end)
    # What is given in the place of another, perhaps in a later year, is no gift more.
    gifts = moved.exclude(body__contains='"instead_of":').count()
    return [Check(_("Devices in this table, and hand-overs in the ledger"), sum(row[6] for row in rows), gifts)]


SUBSIDIES: Final = Dataset(
    code="subsidies",
    title=_("Inventory of subsidies in kind"),
    description=_("Equipment given to associations: who received what, by which decision, and its value where known."),
    fields=_FIELDS,
    rows=subsidy_rows,
    key=("agreement", "object", "value_method"),
    theme="GOVE",
    licence=CC0,
    rule=_(
        "Published by law: joint decree and ordinance of 16 May 2019 on publicity of administration, article 6. "
        "No contact person stands in it."
    ),
    checks=_checks,
    sums=("devices", "value_eur", "taken_back"),
)
