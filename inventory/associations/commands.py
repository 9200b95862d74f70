"""Register associations, decide whether they are eligible, and enter what they ask for, by any channel."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.associations.facts import CHANNELS, LEGAL_FORMS, checked_facts, read_enterprise_number
from inventory.associations.interests import refuse_interest
from inventory.associations.models import Association, Eligibility, Membership, Request, RequestLine
from inventory.devices.categories import CATEGORIES
from inventory.devices.gatekeepers import require
from inventory.devices.identity import search_text
from inventory.documents.commands import next_number
from inventory.errors import BadInput, Conflict, NotAllowed, NotFound
from inventory.ledger.commands import Deed, next_seq, record
from inventory.lifecycle import Actor, Word

REQUEST_STATES: dict[str, Any] = {
    "received": _("Received"),
    "decided": _("Decided"),
    "withdrawn": _("Withdrawn"),
    "closed": _("Closed"),
}
# Re-checked every year (DOMAIN §4).
ELIGIBLE_FOR = dt.timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Wish:
    """One line of a request: a kind of device, how many, how few would still help, least memory in MB."""

    category: str
    quantity: int
    least_useful: int = 1
    minimum_memory_mb: int | None = None
    all_or_nothing: bool = False


@transaction.atomic
def register_association(
    *,
    actor: Actor,
    name: str,
    legal_form: str,
    official_language: str,
    enterprise_number: str = "",
    **facts: Any,
) -> Association:
    """Register an association; of its further facts (`inventory/associations/facts.py`) every one is optional.

    Refuses: NotAllowed; BadInput (name, form, language, enterprise number, facts); Conflict (number known already).
    """
    require(actor, Word.REGISTER_ASSOCIATION)
    identity = checked_identity(
        name=name, legal_form=legal_form, official_language=official_language, enterprise_number=enterprise_number
    )
    association = Association.objects.create(
        code=next_number("A", timezone.localdate()),
        **identity,
        **checked_facts(facts, official_language),
        created_at=timezone.now(),
    )
    association.search = searched(association)
    association.save(update_fields=["search"])
    told = {fact: identity[fact] for fact in ("enterprise_number", "legal_form", "official_language")}
    remember("association", association.code, "register", actor, told, private={"name": association.name})
    return association


@transaction.atomic
def add_member(code: str, user: Any, *, actor: Actor) -> Membership:
    """Let a user act for an association. Refuses: NotAllowed; NotFound."""
    if not actor.holds(Word.ADMINISTER):
        require(actor, Word.REGISTER_ASSOCIATION)
    association = association_named(code)
    membership, fresh = Membership.objects.get_or_create(user=user, association=association)
    if fresh:
        remember("association", association.code, "add_member", actor, {"member": user.key})
    return membership


@transaction.atomic
def decide_eligibility(code: str, *, actor: Actor, eligible: bool, reasons: str) -> Eligibility:
    """Decide, with reasons, whether an association may receive; the decision lasts a year.

    Refuses: NotAllowed; NotFound; BadInput (no reasons); RuleBroken (who decides declared an interest in it).
    """
    require(actor, Word.DECIDE_ELIGIBILITY)
    if len(reasons.strip()) < 10:
        raise BadInput(_("Give the reasons for this decision, in a sentence."), field="reasons")
    association = association_named(code)
    refuse_interest(actor, association.pk)
    now = timezone.now()
    decision = Eligibility.objects.create(
        association=association,
        eligible=eligible,
        reasons=reasons.strip(),
        decided_by_id=actor.pk,
        decided_at=now,
        expires_on=timezone.localdate() + ELIGIBLE_FOR,
    )
    facts = {"eligible": eligible, "expires_on": decision.expires_on}
    remember("association", code, "decide_eligibility", actor, facts, private={"reasons": decision.reasons})
    return decision


@transaction.atomic
def enter_request(
    *,
    actor: Actor,
    association: str,
    wishes: Sequence[Wish],
    purpose: str,
    channel: str,
    received_at: dt.datetime | None = None,
    people_served: int | None = None,
) -> Request:
    """Enter a request: a member for their own association on line, a clerk for anybody by any other channel.

    `received_at` is the date stamp and gives the place in the queue; `recorded_at` is now.
    Refuses: NotAllowed; NotFound (also: not yours); BadInput (lines, purpose, channel, a stamp to come).
    """
    body = _association_for(association, actor, channel)
    now = timezone.now()
    received = received_at or now
    if channel == "online":
        received = now
    if received > now:
        raise BadInput(_("The date stamp is still to come. Check the date and time."), field="received_at")
    if not purpose.strip():
        raise BadInput(_("Say what the equipment is for."), field="purpose")
    _check_wishes(wishes)
    request = Request.objects.create(
        reference=next_number("R", timezone.localdate()),
        association=body,
        channel=channel,
        purpose=purpose.strip(),
        people_served=people_served,
        received_at=received,
        recorded_at=now,
        recorded_by_id=actor.pk,
    )
    RequestLine.objects.bulk_create(
        RequestLine(
            request=request,
            position=position,
            category=wish.category,
            quantity=wish.quantity,
            least_useful=wish.least_useful,
            minimum_memory_mb=wish.minimum_memory_mb,
            all_or_nothing=wish.all_or_nothing,
        )
        for position, wish in enumerate(wishes, start=1)
    )
    facts = {
        "association": body.code,
        "channel": channel,
        "lines": [[wish.category, wish.quantity, wish.least_useful] for wish in wishes],
        "people_served": people_served,
    }
    remember(
        "request",
        request.reference,
        "enter",
        actor,
        facts,
        {"purpose": request.purpose},
        received,
        "received",
    )
    return request


@transaction.atomic
def withdraw_request(reference: str, *, actor: Actor) -> Request:
    """Withdraw a request that is not decided yet; its member or a clerk may. Refuses: NotFound; Conflict."""
    request = locked_request(reference)
    if not actor.holds(Word.REQUEST_FOR_OTHERS) and not _is_member(actor, request.association_id):
        raise _no_request(reference)
    if request.state != "received":
        raise Conflict(_("Request %(reference)s cannot be withdrawn any more."), reference=reference)
    return change_request(request, "withdrawn", actor=actor, event="withdraw")


def change_request(request: Request, state: str, *, actor: Actor, event: str) -> Request:
    """Move a locked request to another state, with its entry."""
    before, request.state = request.state, state
    request.save(update_fields=["state"])
    record(
        Deed(
            f"request.{event}",
            "request",
            request.reference,
            next_seq("request", request.reference),
            from_status=before,
            to_status=state,
        ),
        actor=actor,
    )
    return request


def checked_identity(
    *, name: str, legal_form: str, official_language: str, enterprise_number: str, code: str = ""
) -> dict[str, str]:
    """Name, form, language and number as they are kept, for a new association or the one with this `code`.

    Refuses: BadInput; Conflict (the number is another association's).
    """
    if not name.strip():
        raise BadInput(_("Enter the name of the association."), field="name")
    if legal_form not in LEGAL_FORMS:
        raise BadInput(_("Choose the legal form from the list."), field="legal_form")
    if official_language not in {"fr", "nl"}:
        raise BadInput(_("The official language is French or Dutch."), field="official_language")
    number = "" if legal_form == "de_facto" else read_enterprise_number(enterprise_number)
    known = Association.objects.filter(enterprise_number=number).exclude(code=code).first() if number else None
    if known:
        raise Conflict(
            _("This enterprise number is registered already, as %(code)s."), code=known.code, field="enterprise_number"
        )
    return {
        "name": name.strip()[:200],
        "legal_form": legal_form,
        "official_language": official_language,
        "enterprise_number": number,
    }


def searched(association: Association) -> str:
    """What a search for an association looks in, folded."""
    return search_text(association.name, association.municipality, association.code)[:400]


def association_named(code: str) -> Association:
    """The association with this code. Refuses (NotFound) an unknown one."""
    found = Association.objects.filter(code=code).first()
    if found is None:
        raise NotFound(_("There is no association %(code)s."), code=code)
    return found


def own_association(code: str, actor: Actor) -> Association:
    """The association, if the actor is its member. Refuses (NotFound) both "not yours" and "does not exist"."""
    found = Association.objects.filter(code=code, memberships__user_id=actor.pk).first()
    if found is None:
        raise NotFound(_("There is no association %(code)s."), code=code)
    return found


def locked_request(reference: str) -> Request:
    """The request, locked. Refuses (NotFound) an unknown one."""
    found = Request.objects.select_for_update().filter(reference=reference.strip().upper()).first()
    if found is None:
        raise _no_request(reference)
    return found


def _no_request(reference: str) -> NotFound:
    return NotFound(_("There is no request %(reference)s."), reference=reference)


def _is_member(actor: Actor, association_id: int) -> bool:
    return Membership.objects.filter(user_id=actor.pk, association_id=association_id).exists()


def _association_for(code: str, actor: Actor, channel: str) -> Association:
    if channel not in CHANNELS:
        raise BadInput(_("Choose the channel from the list."), field="channel")
    if channel == "online":
        if not actor.holds(Word.REQUEST):
            raise NotAllowed(_("On line, a member of the association asks. Choose the channel it came by."))
        return own_association(code, actor)
    require(actor, Word.REQUEST_FOR_OTHERS)
    return association_named(code)


def _check_wishes(wishes: Sequence[Wish]) -> None:
    if not 1 <= len(wishes) <= 20:
        raise BadInput(_("A request has 1 to 20 lines."), field="lines")
    for position, wish in enumerate(wishes, start=1):
        if wish.category not in CATEGORIES:
            raise BadInput(_("Line %(line)s: choose a kind of device."), line=position, field="lines")
        if not 1 <= wish.quantity <= 500:
            raise BadInput(_("Line %(line)s: ask for 1 to 500 devices."), line=position, field="lines")
        if not 1 <= wish.least_useful <= wish.quantity:
            raise BadInput(
                _("Line %(line)s: the least useful number is between 1 and the number asked for."),
                line=position,
                field="lines",
            )


def remember(
    kind: str,
    key: str,
    event: str,
    actor: Actor,
    facts: dict[str, Any],
    private: dict[str, Any] | None = None,
    occurred_at: dt.datetime | None = None,
    to_status: str = "",
) -> None:
    """Enter a deed about an association, a request or what belongs to them, inside the caller's transaction."""
    record(
        Deed(
            f"{kind}.{event}",
            kind,
            key,
            next_seq(kind, key),
            facts=facts,
            private=private,
            occurred_at=occurred_at,
            to_status=to_status,
        ),
        actor=actor,
    )
