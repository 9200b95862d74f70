"""What is good enough to leave the city: the policy in force on a day, and the written exceptions to it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.devices.categories import MEDIUM_KINDS
from inventory.errors import NotAllowed, RuleBroken
from inventory.lifecycle import Actor, Word
from inventory.wiping.evidence.verdicts import Category
from inventory.wiping.policy_models import ClearException, SanitisationPolicy
from inventory.wiping.techniques import CATEGORY_LABELS

READERS = (Word.SANITISE, Word.VALIDATE, Word.AUDIT, Word.POLICY)

# What comes with the software: NIST SP 800-88 Rev. 2 was published in September 2025. `post_migrate` lays it.
FIRST_DAY = dt.date(2025, 9, 26)
FIRST_EDITION = "NIST SP 800-88 Rev. 2 (2025), IEEE 2883-2022"
# Clear never suffices by policy: it leaves by a written exception only (standards §1.3).
SUFFICING = (Category.PURGE, Category.DESTROY)
_WORTH = {"": 0, Category.CLEAR: 1, Category.PURGE: 2, Category.DESTROY: 3}

# Which data were on a medium that may leave although it only reached Clear.
DATA_CLASSES: dict[str, Promise] = {
    "public": _("Public data only"),
    "internal": _("Internal data, no personal data"),
}
EXCEPTION_REASONS: dict[str, Promise] = {
    "no_purge_command": _("The medium knows no command that purges"),
    "soldered": _("Soldered in: destroying it destroys the device"),
    "public_data": _("It only ever held public data"),
    "encrypted": _("It was encrypted since its first use"),
}


def policy_on(day: dt.date) -> SanitisationPolicy:
    """The policy in force on a day; before the first one, the first."""
    found = SanitisationPolicy.objects.filter(valid_from__lte=day).order_by("-valid_from").first()
    return found or SanitisationPolicy.objects.order_by("valid_from").first() or first_policy()


def first_policy() -> SanitisationPolicy:
    """The policy that comes with the software, not saved: Purge suffices for every kind of medium."""
    return SanitisationPolicy(
        valid_from=FIRST_DAY,
        edition=FIRST_EDITION,
        suffices=dict.fromkeys(MEDIUM_KINDS, Category.PURGE.value),
        recorded_at=timezone.now(),
    )


def policies(actor: Actor) -> QuerySet[SanitisationPolicy]:
    """Every version of the policy, newest first. Refuses NotAllowed."""
    _reader(actor)
    return SanitisationPolicy.objects.select_related("decided_by").order_by("-valid_from")


def exceptions(actor: Actor) -> QuerySet[ClearException]:
    """Every written exception, newest first. Refuses NotAllowed."""
    _reader(actor)
    return ClearException.objects.select_related("decided_by").order_by("-id")


def exceptions_at(moment: dt.datetime, kind: str) -> QuerySet[ClearException]:
    """Exceptions that let a medium of this kind leave with Clear at a moment, by reference."""
    return ClearException.objects.filter(
        Q(medium_kind="") | Q(medium_kind=kind),
        Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=moment),
        begins_at__lte=moment,
        ends_at__gt=moment,
    ).order_by("reference")


@dataclass(frozen=True, slots=True)
class Leave:
    """By what a medium may leave: the policy of the day, and the exception where it needs one."""

    policy: SanitisationPolicy
    exception: ClearException | None


def leave(kind: str, category: str, reference: str, *, moment: dt.datetime, actor: Actor) -> Leave:
    """Whether the category reached is good enough for this kind of medium at a moment, or excepted in writing.

    Refuses (RuleBroken): the category is too low and no exception is named; the exception is not valid then, or not
    for this kind; the actor decided on it.
    """
    policy = policy_on(timezone.localdate(moment))
    wanted = policy.suffices.get(kind, Category.DESTROY.value)
    if _WORTH[category] >= _WORTH[wanted]:
        return Leave(policy, None)
    if category != Category.CLEAR or wanted != Category.PURGE:
        raise RuleBroken(
            _("The policy asks '%(wanted)s' for this kind of storage medium, and it reached '%(category)s'."),
            wanted=CATEGORY_LABELS[wanted],
            category=CATEGORY_LABELS.get(category, category),
        )
    if not reference.strip():
        raise RuleBroken(
            _(
                "This was Clear, and what leaves the city is Purge or Destroy. "
                "Give the reference of the written exception, or sanitise it again."
            ),
            category="clear",
            field="exception_reference",
        )
    exception = exceptions_at(moment, kind).filter(reference=reference.strip()).first()
    if exception is None:
        raise RuleBroken(
            _("No written exception '%(reference)s' is valid today for this kind of storage medium."),
            reference=reference.strip()[:100],
            field="exception_reference",
        )
    if exception.decided_by_id == actor.pk:
        raise RuleBroken(_("You decided on this exception yourself: somebody else has to validate by it."))
    return Leave(policy, exception)


def _reader(actor: Actor) -> None:
    if not any(actor.holds(word) for word in READERS):
        raise NotAllowed(_("Your role may not see the sanitisation policy."))
