"""What goes by itself when its term is over: personal data that is no archive, cleared by the worker (R-5.4)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from inventory.associations.models import Contact
from inventory.collection.pickup_models import PickupRequest
from inventory.ledger.commands import Deed, next_seq, record
from inventory.lifecycle import Actor
from inventory.privacy.commands import BLANK
from inventory.privacy.models import SubjectRequest
from inventory.privacy.retention import rules

# An answer is given again to a request that comes twice; nobody repeats one a day later.
_REPEATED = dt.timedelta(days=1)


@transaction.atomic
def clear_expired(*, actor: Actor) -> dict[str, int]:
    """Clear what may not be kept any longer, and say how much of each class; the ledger keeps the counts.

    Only classes that are no archive: archives wait for the State Archivist (law of 24 June 1955, art. 5).
    Refuses: BadFile (retention rules): then nothing is cleared.
    """
    now = timezone.now()
    terms = {code: now - _span(rule.years, rule.days) for code, rule in rules().items() if not rule.archival}
    acts = {"contacts": _contacts, "pickups": _pickups, "privacy": _requests, "visits": _visits, "accounts": _tokens}
    cleared = {code: act(terms[code], now) for code, act in acts.items() if code in terms}
    for code, count in cleared.items():
        if count and code != "visits":
            facts = {"count": count}
            record(Deed("retention.clear", "retention", code, next_seq("retention", code), facts=facts), actor=actor)
    return cleared


def _span(years: int, days: int) -> dt.timedelta:
    return dt.timedelta(days=days or years * 365 + years // 4)


def _contacts(before: dt.datetime, _now: dt.datetime) -> int:
    """Contact persons of associations that asked for nothing and received nothing since; who rests stays."""
    silent = Contact.objects.filter(association__created_at__lt=before, restricted_since__isnull=True)
    silent = silent.exclude(association__requests__received_at__gte=before)
    silent = silent.exclude(association__requests__state="received")
    silent = silent.exclude(association__agreements__prepared_at__gte=before)
    return _deleted(Contact.objects.filter(pk__in=list(silent.values_list("pk", flat=True))))


def _pickups(before: dt.datetime, _now: dt.datetime) -> int:
    day = timezone.localdate(before)
    over = PickupRequest.objects.exclude(state="asked").exclude(contact_function=BLANK)
    over = over.filter(Q(latest_on__lt=day) | Q(latest_on__isnull=True, earliest_on__lt=day))
    return over.update(contact_function=BLANK, contact_phone="", access="")


def _requests(before: dt.datetime, _now: dt.datetime) -> int:
    over = SubjectRequest.objects.filter(answered_at__lt=before).exclude(name=BLANK)
    return over.update(name=BLANK, reach=BLANK)


def _visits(_before: dt.datetime, now: dt.datetime) -> int:
    sessions = _table("sessions", "Session").filter(expire_date__lt=now)
    answers = _table("accounts", "RememberedAnswer").filter(created_at__lt=now - _REPEATED)
    return _deleted(sessions) + _deleted(answers)


def _tokens(_before: dt.datetime, now: dt.datetime) -> int:
    return _deleted(_table("accounts", "ApiToken").filter(expires_at__lt=now))


def _table(app: str, name: str) -> Any:
    return apps.get_model(app, name)._default_manager


def _deleted(rows: Any) -> int:
    return int(rows.delete()[0])
