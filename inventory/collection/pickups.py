"""Pickup requests: a department asks by its signed link or through a clerk; it is planned, declined or withdrawn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.collection.models import Manifest
from inventory.collection.pickup_models import PickupChannel, PickupInvitation, PickupRequest
from inventory.devices.categories import CATEGORIES
from inventory.devices.commands import check_reason
from inventory.devices.gatekeepers import require
from inventory.documents.commands import next_number
from inventory.errors import BadInput, Conflict, NotFound
from inventory.ledger.commands import Deed, next_seq, record
from inventory.lifecycle import Actor, Word

SERIES = "P"
_SALT = "relais.pickup"
# An invitation is for a year at most: people change, links travel.
MOST_DAYS = 366
MOST_PIECES = 5_000
# A link that fell into wrong hands fills no list.
MOST_WAITING = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """What a department says: where, whom to ask for (a function), about how many of what, between which days."""

    department: str
    place: str
    contact_function: str
    quantities: Mapping[str, int]
    earliest_on: dt.date
    latest_on: dt.date | None = None
    contact_phone: str = ""
    access: str = ""


class Visitor:
    """Whoever holds a department's link: no account, no permission word, named in the ledger by the link's code."""

    pk = None
    channel = "link"

    def __init__(self, invitation: PickupInvitation) -> None:
        self.key = f"link-{invitation.code}"

    def holds(self, word: str) -> bool:
        """Nothing: asking by a link needs no word, and gives none."""
        return False


@transaction.atomic
def invite(department: str, *, actor: Actor, valid_until: dt.date) -> PickupInvitation:
    """Give a department a link by which it can ask for pickups without an account.

    Refuses: NotAllowed; BadInput (no department, a day that has passed or is more than a year away).
    """
    require(actor, Word.DECLARE)
    today = timezone.localdate()
    if not department.strip():
        raise BadInput(_("Name the department that gives the devices."), field="department")
    if not today <= valid_until <= today + dt.timedelta(days=MOST_DAYS):
        raise BadInput(_("Choose a day from today to a year from now."), field="valid_until")
    invitation = PickupInvitation(
        department=department.strip()[:150], made_by_id=actor.pk, made_at=timezone.now(), valid_until=valid_until
    )
    record(Deed("pickup_link.make", "pickup_link", invitation.code, 1, {"until": valid_until}), actor=actor)
    invitation.save()
    return invitation


@transaction.atomic
def withdraw_invitation(code: str, *, actor: Actor) -> PickupInvitation:
    """Make a link open nothing any more. Refuses: NotAllowed; NotFound; Conflict (withdrawn already)."""
    require(actor, Word.DECLARE)
    invitation = PickupInvitation.objects.select_for_update().filter(code=code).first()
    if invitation is None:
        raise NotFound(_("There is no such link."))
    if invitation.withdrawn_at is not None:
        raise Conflict(_("This link was withdrawn already."))
    invitation.withdrawn_at = timezone.now()
    record(Deed("pickup_link.withdraw", "pickup_link", code, next_seq("pickup_link", code)), actor=actor)
    invitation.save(update_fields=["withdrawn_at"])
    return invitation


def signed_code(invitation: PickupInvitation) -> str:
    """What stands in the link: the invitation's code, signed, so that nobody can guess another one's."""
    return signing.Signer(salt=_SALT).sign(invitation.code)


def invitation_of(signed: str) -> PickupInvitation:
    """The invitation behind a link. Refuses (NotFound) a link that is forged, withdrawn or too old, all alike."""
    try:
        code = signing.Signer(salt=_SALT).unsign(signed)
    except signing.BadSignature:
        code = ""
    found = PickupInvitation.objects.filter(
        code=code, withdrawn_at__isnull=True, valid_until__gte=timezone.localdate()
    ).first()
    if found is None:
        raise NotFound(_("This link does not open anything any more. Ask the IT service for a new one."))
    return found


@transaction.atomic
def ask_by_link(signed: str, asked: Asked, *, actor: Visitor, form_mark: str = "") -> PickupRequest:
    """A department asks through its link; the same form sent twice is one request.

    Refuses: NotFound (link); BadInput (what was asked).
    """
    invitation = invitation_of(signed)
    known = PickupRequest.objects.filter(form_mark=form_mark or None, invitation=invitation).first()
    if form_mark and known is not None:
        return known
    if invitation.requests.filter(state="asked").count() >= MOST_WAITING:
        raise Conflict(_("Many of your requests wait already. We answer them first; call us if it is urgent."))
    now = timezone.now()
    return _enter(
        asked, actor, channel=PickupChannel.LINK, received_at=now, invitation=invitation, form_mark=form_mark or None
    )


@transaction.atomic
def enter_pickup(asked: Asked, *, actor: Actor, channel: str, received_at: dt.datetime | None = None) -> PickupRequest:
    """A clerk enters what a department asked at the counter, by telephone or on paper.

    Refuses: NotAllowed; BadInput (channel, a moment still to come, what was asked).
    """
    require(actor, Word.DECLARE)
    if channel not in set(PickupChannel) - {PickupChannel.LINK}:
        raise BadInput(_("Choose how the department asked."), field="channel")
    now = timezone.now()
    if received_at is not None and received_at > now + dt.timedelta(minutes=5):
        raise BadInput(_("That moment is still to come. Check the date and time."), field="received_at")
    return _enter(asked, actor, channel=channel, received_at=received_at or now, recorded_by_id=actor.pk)


@transaction.atomic
def put_on_manifest(reference: str, manifest: Manifest, *, actor: Actor) -> PickupRequest:
    """Answer a request with a planned manifest. Refuses: NotAllowed; NotFound; Conflict (not waiting, not planned)."""
    require(actor, Word.DECLARE)
    request = _waiting(reference)
    if manifest.state != "planned":
        raise Conflict(_("Collection %(number)s has left already. Choose a planned one."), number=manifest.number)
    request.state, request.manifest = "planned", manifest
    return _moved_on(request, "plan", actor, {"manifest": manifest.number})


@transaction.atomic
def decline_pickup(reference: str, *, actor: Actor, reason: str) -> PickupRequest:
    """Say no to a request, with a reason code. Refuses: NotAllowed; NotFound; BadInput (reason); Conflict."""
    require(actor, Word.DECLARE)
    check_reason(reason)
    request = _waiting(reference)
    request.state, request.reason = "declined", reason
    return _moved_on(request, "decline", actor, {"reason": reason})


@transaction.atomic
def withdraw_pickup(reference: str, *, actor: Actor | Visitor) -> PickupRequest:
    """The department needs no pickup any more; by its own link, or told to a clerk.

    Refuses: NotAllowed; NotFound (not theirs); Conflict (planned already: the collection is called off then).
    """
    visiting = isinstance(actor, Visitor)
    if not visiting:
        require(actor, Word.DECLARE)
    request = _waiting(reference)
    if visiting and (request.invitation is None or Visitor(request.invitation).key != actor.key):
        # Not theirs and not there are one answer.
        raise NotFound(_("There is no pickup request %(reference)s."), reference=reference)
    request.state = "withdrawn"
    return _moved_on(request, "withdraw", actor, {})


def _enter(asked: Asked, actor: Any, **how: Any) -> PickupRequest:
    quantities = {kind: number for kind, number in asked.quantities.items() if number}
    _check(asked, quantities)
    now = timezone.now()
    request = PickupRequest(
        reference=next_number(SERIES, timezone.localdate(now)),
        department=asked.department.strip()[:150],
        place=asked.place.strip()[:200],
        contact_function=asked.contact_function.strip()[:100],
        contact_phone=asked.contact_phone.strip()[:40],
        access=asked.access.strip()[:300],
        quantities=quantities,
        earliest_on=asked.earliest_on,
        latest_on=asked.latest_on,
        recorded_at=now,
        **how,
    )
    facts = {"quantities": quantities, "earliest_on": asked.earliest_on, "latest_on": asked.latest_on}
    deed = Deed(
        "pickup_request.ask",
        "pickup_request",
        request.reference,
        1,
        {**facts, "channel": str(how["channel"])},
        to_status="asked",
        occurred_at=how["received_at"],
    )
    record(deed, actor=actor)
    request.save()
    return request


def _check(asked: Asked, quantities: Mapping[str, int]) -> None:
    for field, value, sentence in (
        ("department", asked.department, _("Name the department that gives the devices.")),
        ("place", asked.place, _("Say where the devices stand.")),
        ("contact_function", asked.contact_function, _("Say whom the driver asks for: a function, no name.")),
    ):
        if not value.strip():
            raise BadInput(sentence, field=field)
    if unknown := set(quantities) - set(CATEGORIES):
        raise BadInput(
            _("There is no kind of device called '%(category)s'."), category=min(unknown), field="quantities"
        )
    if not quantities or min(quantities.values()) < 0 or sum(quantities.values()) > MOST_PIECES:
        raise BadInput(
            _("Say about how many devices there are: from 1 to %(most)s in all."), most=MOST_PIECES, field="quantities"
        )
    if asked.latest_on is not None and asked.latest_on < asked.earliest_on:
        raise BadInput(_("The last possible day comes before the first."), field="latest_on")


def _waiting(reference: str) -> PickupRequest:
    request = PickupRequest.objects.select_for_update().filter(reference=reference.strip().upper()).first()
    if request is None:
        raise NotFound(_("There is no pickup request %(reference)s."), reference=reference)
    if request.state != "asked":
        raise Conflict(_("Pickup request %(reference)s does not wait any more."), reference=request.reference)
    return request


def _moved_on(request: PickupRequest, event: str, actor: Any, facts: dict[str, Any]) -> PickupRequest:
    seq = next_seq("pickup_request", request.reference)
    deed = Deed(f"pickup_request.{event}", "pickup_request", request.reference, seq, facts, to_status=request.state)
    record(deed, actor=actor)
    request.save(update_fields=["state", "manifest", "reason"])
    return request
