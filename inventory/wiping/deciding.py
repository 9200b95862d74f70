"""Decide what is good enough to leave: a new version of the policy, a written exception, and its withdrawal."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.devices.categories import MEDIUM_KINDS
from inventory.devices.gatekeepers import require
from inventory.errors import BadInput, Conflict, NotFound
from inventory.ledger.commands import Deed, next_seq, record
from inventory.lifecycle import Actor, Word
from inventory.wiping.policy import DATA_CLASSES, EXCEPTION_REASONS, SUFFICING, policy_on
from inventory.wiping.policy_models import ClearException, SanitisationPolicy

# An exception is looked at again every year.
MOST_DAYS = 366
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{2,39}")


@transaction.atomic
def adopt_policy(
    *, actor: Actor, valid_from: dt.date, edition: str, suffices: Mapping[str, str], reference: str
) -> SanitisationPolicy:
    """Adopt a version of the policy from a day on: per kind of medium the category that suffices to leave.

    `edition` names the standards as the certificates print them, `reference` the decision. A kind that is not named
    stays as it is on that day. Refuses: NotAllowed; BadInput (a day that has passed, a category, the texts); Conflict
    (a version from that day on or later is adopted already).
    """
    require(actor, Word.POLICY)
    if valid_from < timezone.localdate():
        raise BadInput(_("A policy begins today or later: what was validated stays."), field="valid_from")
    if not edition.strip():
        raise BadInput(_("Name the standard and its edition."), field="edition")
    if not _REFERENCE.fullmatch(reference.strip()):
        raise BadInput(_("Write the reference with 3 to 40 letters, figures, dots and dashes."), field="reference")
    wrong = {kind for kind, category in suffices.items() if kind not in MEDIUM_KINDS or category not in SUFFICING}
    if wrong:
        raise BadInput(_("Choose Purge or Destroy for each kind of storage medium."), field="suffices")
    if SanitisationPolicy.objects.filter(valid_from__gte=valid_from).exists():
        raise Conflict(_("A policy from that day on, or later, is adopted already."), valid_from=valid_from.isoformat())
    made = SanitisationPolicy(
        valid_from=valid_from,
        edition=edition.strip()[:150],
        suffices={**policy_on(valid_from).suffices, **suffices},
        reference=reference.strip(),
        recorded_at=timezone.now(),
        decided_by_id=actor.pk,
    )
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:
        said = _("A policy from that day on, or later, is adopted already.")
        raise Conflict(said, valid_from=valid_from.isoformat()) from None
    facts = {"edition": made.edition, "suffices": made.suffices, "reference": made.reference}
    _remember("policy", f"{valid_from}", "adopt", actor, facts, "adopted")
    return made


@transaction.atomic
def grant_exception(
    reference: str,
    *,
    actor: Actor,
    reason: str,
    data_class: str,
    valid_from: dt.date,
    valid_to: dt.date,
    medium_kind: str = "",
) -> ClearException:
    """Let media leave with Clear, from a day to a day, both included; `medium_kind` empty means every kind.

    `reason` is a code of `EXCEPTION_REASONS`, `data_class` of `DATA_CLASSES`. Refuses: NotAllowed; BadInput (reference,
    codes, days, more than a year); Conflict (the reference is in use).
    """
    require(actor, Word.POLICY)
    name = reference.strip()
    if not _REFERENCE.fullmatch(name):
        raise BadInput(_("Write the reference with 3 to 40 letters, figures, dots and dashes."), field="reference")
    if reason not in EXCEPTION_REASONS:
        raise BadInput(_("Choose a reason from the list."), field="reason", reason=reason)
    if data_class not in DATA_CLASSES:
        raise BadInput(_("Say which data were on the storage media."), field="data_class")
    if medium_kind and medium_kind not in MEDIUM_KINDS:
        raise BadInput(
            _("There is no kind of storage medium called '%(kind)s'."), kind=medium_kind, field="medium_kind"
        )
    if not dt.timedelta(0) <= valid_to - valid_from < dt.timedelta(days=MOST_DAYS):
        raise BadInput(_("An exception ends on a day after it begins, within a year."), field="valid_to")
    if ClearException.objects.filter(reference__iexact=name).exists():
        raise Conflict(_("There is an exception %(reference)s already."), reference=name)
    made = ClearException(
        reference=name,
        medium_kind=medium_kind,
        data_class=data_class,
        reason=reason,
        begins_at=_midnight(valid_from),
        ends_at=_midnight(valid_to + dt.timedelta(days=1)),
        decided_at=timezone.now(),
        decided_by_id=actor.pk,
    )
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:
        raise Conflict(_("There is an exception %(reference)s already."), reference=name) from None
    facts = {
        "kind": medium_kind,
        "data_class": data_class,
        "reason": reason,
        "valid_from": valid_from,
        "valid_to": valid_to,
    }
    _remember("exception", name, "grant", actor, facts, "granted")
    return made


@transaction.atomic
def withdraw_exception(reference: str, *, actor: Actor) -> ClearException:
    """End a written exception now; what was validated by it before stays.

    Refuses: NotAllowed; NotFound; Conflict (withdrawn already).
    """
    require(actor, Word.POLICY)
    found = ClearException.objects.select_for_update().filter(reference=reference.strip()).first()
    if found is None:
        raise NotFound(_("There is no exception %(reference)s."), reference=reference)
    if found.withdrawn_at is not None:
        raise Conflict(_("Exception %(reference)s is withdrawn already."), reference=found.reference)
    found.withdrawn_at = timezone.now()
    found.withdrawn_by_id = actor.pk
    _remember("exception", found.reference, "withdraw", actor, {}, "withdrawn")
    found.save(update_fields=["withdrawn_at", "withdrawn_by"])
    return found


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def _remember(kind: str, key: str, event: str, actor: Actor, facts: Mapping[str, object], to_status: str) -> None:
    deed = Deed(f"{kind}.{event}", kind, key, next_seq(kind, key), facts=dict(facts), to_status=to_status)
    record(deed, actor=actor)
