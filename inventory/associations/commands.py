"""Register associations, decide whether they are eligible, and enter what they ask for, by any channel."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.associations.facts import (
    CHANNELS,
    LEGAL_FORMS,
    checked_facts,
    read_enterprise_number,
    refuse_national_number,
)
from inventory.associations.interests import refuse_interest
from inventory.associations.models import Association, Eligibility, Membership, Request, RequestLine
from inventory.associations.questions import DATED_BY, SUBSTITUTES, USES
from inventory.associations.receipts import write_receipt
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
    """One line of a request: a kind of device, how many, how few would still help, least memory in MB.

    `use` stands for a least memory (`questions.USES`), `substitutes` are kinds that would do instead, and
    `quantity_again` is the number as it was typed a second time, where it was.
    """

    category: str
    quantity: int
    least_useful: int = 1
    minimum_memory_mb: int | None = None
    all_or_nothing: bool = False
    use: str = ""
    substitutes: Sequence[str] = ()
    quantity_again: int | None = None

    @property
    def memory_mb(self) -> int | None:
        """The least memory in MB: as said, or as its use needs."""
        if self.minimum_memory_mb is None and self.use:
            return USES[self.use][1]
        return self.minimum_memory_mb


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
    earliest_on: dt.date | None = None,
    latest_on: dt.date | None = None,
    evidence: str = "",
    dated_by: str = "arrival",
) -> Request:
    """Enter a request: a member for their own association on line, a clerk for anybody by any other channel.

    `received_at` is the date stamp or the postmark and gives the place in the queue; `recorded_at` is now. The receipt
    that reads everything back is written in the association's language.
    Refuses: NotAllowed; NotFound (also: not yours); BadInput (lines, purpose, channel, days, a stamp to come).
    """
    body = _association_for(association, actor, channel)
    now = timezone.now()
    received, dated_by = dated(channel, received_at, dated_by, now)
    if not purpose.strip():
        raise BadInput(_("Say what the equipment is for."), field="purpose")
    if earliest_on and latest_on and latest_on < earliest_on:
        raise BadInput(_("The last useful day lies before the first. Check both."), field="latest_on")
    _check_wishes(wishes)
    request = Request.objects.create(
        reference=next_number("R", timezone.localdate()),
        association=body,
        channel=channel,
        purpose=refuse_national_number(purpose.strip(), "purpose"),
        people_served=people_served,
        earliest_on=earliest_on,
        latest_on=latest_on,
        evidence=refuse_national_number(evidence.strip(), "evidence"),
        dated_by=dated_by,
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
            minimum_memory_mb=wish.memory_mb,
            all_or_nothing=wish.all_or_nothing,
            use=wish.use,
            substitutes=[*wish.substitutes],
        )
        for position, wish in enumerate(wishes, start=1)
    )
    facts = {
        "association": body.code,
        "channel": channel,
        "lines": [[wish.category, wish.quantity, wish.least_useful] for wish in wishes],
        "people_served": people_served,
        "dated_by": dated_by,
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
    write_receipt(request, actor=actor)
    return request


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


def dated(channel: str, received_at: dt.datetime | None, dated_by: str, now: dt.datetime) -> tuple[dt.datetime, str]:
    """The moment that counts, and how it was read: on line now; of a postmark the beginning of its day.

    Refuses (BadInput) a stamp to come, another way to read it, and a postmark on what did not come by post.
    """
    if dated_by not in DATED_BY:
        raise BadInput(_("Choose from the list."), field="dated_by")
    if channel == "online":
        return now, "arrival"
    if dated_by == "postmark" and channel != "post":
        raise BadInput(_("Only what came by post has a postmark."), field="dated_by")
    received = received_at or now
    if dated_by == "postmark":
        received = timezone.localtime(received).replace(hour=0, minute=0, second=0, microsecond=0)
    if received > now:
        raise BadInput(_("The date stamp is still to come. Check the date and time."), field="received_at")
    return received, dated_by


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
        raise no_request(reference)
    return found


def no_request(reference: str) -> NotFound:
    """The one answer to "does not exist" and "not yours"."""
    return NotFound(_("There is no request %(reference)s."), reference=reference)


def may_speak_for(actor: Actor, request: Request) -> bool:
    """Whether somebody is a member of the association that asks."""
    return Membership.objects.filter(user_id=actor.pk, association_id=request.association_id).exists()


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
        if wish.quantity_again is not None and wish.quantity_again != wish.quantity:
            raise BadInput(
                _("Line %(line)s: the number was typed as %(first)s and as %(second)s. Look at the paper again."),
                line=position,
                first=wish.quantity,
                second=wish.quantity_again,
                field="lines",
            )
        if wish.use and wish.use not in USES:
            raise BadInput(_("Line %(line)s: choose from the list."), line=position, field="lines")
        if not set(wish.substitutes) <= set(SUBSTITUTES.get(wish.category, ())):
            raise BadInput(_("Line %(line)s: this kind does not replace the other."), line=position, field="lines")


def refuse_single_entry(channel: str, wishes: Sequence[Wish]) -> None:
    """Whoever types in what came by paper, counter or telephone types each number twice, by whatever door.

    Refuses (BadInput) a line without the second number.
    """
    if channel == "online":
        return
    for position, wish in enumerate(wishes, start=1):
        if wish.quantity_again is None:
            raise BadInput(
                _("Line %(line)s: type the number a second time, from the paper."),
                line=position,
                field="quantity_again",
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
