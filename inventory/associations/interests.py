"""Declare an interest in an association: its file is then hidden from that person, who decides nothing on it."""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.associations.interest_models import Interest
from inventory.associations.models import Association
from inventory.devices.gatekeepers import require, require_one
from inventory.errors import BadInput, Conflict, NotFound, RuleBroken
from inventory.ledger.commands import Deed, next_seq, record
from inventory.lifecycle import Actor, Word

INTERESTS: Final[dict[str, Promise]] = {
    "board": _("I sit on its board or work for it"),
    "member": _("I am a member or a volunteer"),
    "family": _("Somebody close to me does"),
    "business": _("I or somebody close to me does business with it"),
    "other": _("Another reason that could be seen as partial"),
}


@transaction.atomic
def declare_interest(association: str, *, actor: Actor, kind: str) -> Interest:
    """Declare one's own interest in an association. Refuses: NotAllowed; NotFound; BadInput; Conflict (declared)."""
    require_one(actor, Word.READ_REQUESTS, Word.DECIDE, Word.ALLOCATE, Word.DECIDE_ELIGIBILITY)
    if kind not in INTERESTS:
        raise BadInput(_("Say what your interest is."), field="kind")
    body = _named(association)
    if has_interest(actor, body.pk):
        raise Conflict(_("You declared an interest in %(name)s already."), name=body.name)
    made = Interest(person_id=actor.pk, association=body, kind=kind, declared_at=timezone.now())
    _remember(body, "declare_interest", actor, {"person": actor.key, "kind": kind})
    made.save()
    return made


@transaction.atomic
def end_interest(association: str, person: str, *, actor: Actor) -> Interest:
    """Say that somebody's declared interest has ended; `person` is their user name.

    Refuses: NotAllowed; NotFound (no such declaration); RuleBroken (one's own).
    """
    require(actor, Word.DECIDE_ELIGIBILITY)
    found = Interest.objects.select_for_update().filter(association__code=association.strip().upper())
    one = found.filter(person__username=person, ended_at__isnull=True).first()
    if one is None:
        raise NotFound(_("There is no such declaration of interest."))
    if one.person_id == actor.pk:
        raise RuleBroken(_("Your own interest is ended by somebody else."))
    one.ended_at, one.ended_by_id = timezone.now(), actor.pk
    who: Any = one.person
    _remember(one.association, "end_interest", actor, {"person": who.key})
    one.save()
    return one


def has_interest(actor: Actor, association_id: int) -> bool:
    """Whether this person declared an interest in the association that still stands."""
    return standing(actor).filter(association_id=association_id).exists()


def standing(actor: Actor) -> QuerySet[Interest]:
    """This person's declared interests that have not ended, by association."""
    found = Interest.objects.filter(person_id=actor.pk, ended_at__isnull=True)
    return found.select_related("association").order_by("association__search", "id")


def all_standing(actor: Actor) -> QuerySet[Interest]:
    """Everybody's declared interests that have not ended. Refuses NotAllowed."""
    require_one(actor, Word.AUDIT, Word.DECIDE_ELIGIBILITY)
    found = Interest.objects.filter(ended_at__isnull=True).select_related("association", "person")
    return found.order_by("association__search", "id")


def refuse_interest(actor: Actor, association_id: int) -> None:
    """Refuse (RuleBroken) whoever declared an interest in the association (New Municipal Act, art. 92)."""
    if has_interest(actor, association_id):
        raise RuleBroken(_("You declared an interest in this association: another person decides on its file."))


def _named(code: str) -> Association:
    found = Association.objects.filter(code=code.strip().upper()).first()
    if found is None:
        raise NotFound(_("There is no association %(code)s."), code=code)
    return found


def _remember(body: Association, event: str, actor: Actor, facts: dict[str, Any]) -> None:
    seq = next_seq("association", body.code)
    record(Deed(f"association.{event}", "association", body.code, seq, facts=facts), actor=actor)
