"""Prepare an agreement, sign it by both, hand many devices over at once, take them back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.allocation.models import Reservation
from inventory.associations.interests import refuse_interest
from inventory.associations.models import Association
from inventory.collection.models import SignedHow
from inventory.collection.signing import Signature
from inventory.devices.accessories import checked_counts, counts_of, set_accessories
from inventory.devices.commands import check_reason, location_named
from inventory.devices.gatekeepers import locked, media_accounted, require
from inventory.devices.media import doubt_media
from inventory.devices.models import Device
from inventory.devices.steps import take
from inventory.documents.commands import next_number, store_file
from inventory.errors import BadInput, Conflict, NotFound, RuleBroken
from inventory.handover.agreement import agreement_pdf
from inventory.handover.arrivals import keep_appointments
from inventory.handover.models import Agreement, AgreementItem
from inventory.handover.valuing import valuations
from inventory.handover.wording import text_on
from inventory.ledger.checkpoints import checkpoint_for_paper
from inventory.ledger.commands import Deed, next_seq, record
from inventory.ledger.models import Entry
from inventory.ledger.proofs import proof_for_paper
from inventory.lifecycle import Actor, Status, Word

# Days within which the scan of a paper that was signed without us is to be there.
SCAN_DAYS = 7


@transaction.atomic
def prepare_agreement(
    association: str, tags: Sequence[str], *, actor: Actor, language: str = "", end_users: str = "free"
) -> Agreement:
    """Draw up the donation agreement for reserved devices of one association, in its language unless told otherwise.

    By the words that hold today: their file is kept, and the SHA-256 of what is signed. `end_users` is clause 6:
    `free` to pass devices on for good, or only to `loan` them. What nobody has valued gets the market table's value.
    Refuses: NotAllowed; NotFound; BadInput;
    RuleBroken (not reserved for this association, interest declared in it); Conflict (in another agreement).
    """
    require(actor, Word.HAND_OVER)
    body = Association.objects.filter(code=association).first()
    if body is None:
        raise NotFound(_("There is no association %(code)s."), code=association)
    if not tags:
        raise BadInput(_("Choose at least one device."), field="tags")
    tongue = language or body.official_language
    if tongue not in {"fr", "nl"}:
        raise BadInput(_("An agreement is in French or Dutch."), field="language")
    today = timezone.localdate()
    refuse_interest(actor, body.pk)
    text = text_on(today)
    if end_users not in text.end_users:
        raise BadInput(_("Choose from the list."), field="end_users")
    reservations = [_reservation(tag, body) for tag in dict.fromkeys(tags)]
    values = valuations([reservation.device for reservation in reservations], actor=actor)
    extras = counts_of([reservation.device for reservation in reservations])
    number = next_number("G", today)
    proof = _proof_of(reservations[0].device, actor)
    paper = agreement_pdf(number, body, reservations, tongue, today, text, values, end_users, proof, extras)
    stored = store_file(paper, f"{number}-{tongue}.pdf", actor=actor)
    agreement = Agreement.objects.create(
        number=number,
        association=body,
        language=tongue,
        template_version=text.version,
        template=store_file(text.source, text.name, actor=actor),
        end_users=end_users,
        exchange_days=text.exchange_days,
        report_months=text.report_months,
        paper=stored,
        prepared_by_id=actor.pk,
        prepared_at=timezone.now(),
    )
    AgreementItem.objects.bulk_create(
        AgreementItem(
            agreement=agreement,
            device=reservation.device,
            reservation=reservation,
            valuation=values[reservation.device.pk],
            accessories=extras.get(reservation.device.pk, {}),
        )
        for reservation in reservations
    )
    facts: dict[str, object] = {
        "association": body.code,
        "language": tongue,
        "template": text.version,
        "template_sha256": text.sha256,
        "end_users": end_users,
        "devices": [reservation.device.tag for reservation in reservations],
        "cents": [values[reservation.device.pk].cents for reservation in reservations],
    }
    _remember(agreement, "prepare", actor, facts, "prepared", evidence=stored.sha256)
    return agreement


def _proof_of(device: Device, actor: Actor) -> str:
    """A checkpoint and the place of the device's last sealed entry under it; empty where the ledger signs nothing."""
    entry = Entry.objects.filter(subject_kind="device", subject_key=device.tag, leaf__isnull=False)
    last = entry.select_related("leaf").order_by("-subject_seq").first()
    if last is None:
        return ""
    try:
        return proof_for_paper(last, checkpoint_for_paper(actor=actor))
    except RuleBroken:
        # A ledger that lost entries signs nothing (the alarm says so); whoever came for devices gets them all the same.
        return ""


@transaction.atomic
def hand_over(
    number: str,
    *,
    actor: Actor,
    association_function: str,
    signed_how: str,
    scan: tuple[bytes, str] | None = None,
    scan_later: bool = False,
    pin: Signature | None = None,
    left_out: Sequence[str] = (),
    occurred_at: dt.datetime | None = None,
) -> Agreement:
    """Both sign, and the devices leave: one deed for the agreement, one for each device.

    `signed_how` is `screen` (the signature is drawn: `scan` holds the image), `paper` (`scan` holds the scanned sheet,
    or `scan_later` promises it within `SCAN_DAYS`) or `pin` (a member of the association confirmed with theirs: `pin`,
    from `by_pin`). Devices `left_out` are refused on the spot and go back to being reserved without agreement.
    Refuses: NotAllowed; NotFound; BadInput; Conflict; RuleBroken (no member, one person for both, interest declared);
    and as `take` does for every device.
    """
    require(actor, Word.HAND_OVER)
    agreement = _locked(number, actor)
    if agreement.signed_at or agreement.cancelled_at:
        raise Conflict(_("Agreement %(number)s is signed or cancelled already."), number=agreement.number)
    if not association_function.strip():
        raise BadInput(
            _("Say who signs for the association: the function, such as chairperson."),
            field="association_function",
        )
    _check_signature(agreement, signed_how, actor, scan=scan, scan_later=scan_later, pin=pin)
    _leave_out(agreement, left_out)
    moment = occurred_at or timezone.now()
    if moment > timezone.now() + dt.timedelta(minutes=5):
        raise BadInput(_("That moment is still to come. Check the date and time."), field="occurred_at")
    stored = store_file(*scan, actor=actor) if scan else None
    # Without a picture, what was signed is the text itself.
    evidence = stored.sha256 if stored else agreement.paper.sha256
    agreement.signed_at = moment
    agreement.city_signatory_id = actor.pk
    agreement.association_function = association_function.strip()[:100]
    agreement.signed_how = signed_how
    agreement.signed_scan = stored
    agreement.association_signatory_id = pin.person.pk if pin else None
    agreement.scan_due_on = None if stored or pin else timezone.localdate() + dt.timedelta(days=SCAN_DAYS)
    items = list(
        agreement.items.filter(ended_at__isnull=True)
        .select_related("device", "reservation__line__request")
        .order_by("id")
    )
    if not items:
        raise BadInput(_("No device is left in agreement %(number)s."), number=agreement.number)
    agreement.save()
    for item in items:
        device = locked(item.device.tag)
        device.location = None
        by: dict[str, object] = {"agreement": agreement.number, "association": agreement.association.code}
        if item.accessories:
            by["accessories"] = item.accessories
        take(device, "hand_over", actor=actor, facts=by, occurred_at=moment, evidence_sha256=evidence)
    keep_appointments({item.reservation.line.request.reference for item in items}, actor=actor)
    signing: dict[str, object] = {
        "how": signed_how,
        "devices": len(items),
        "left_out": len(left_out),
        "text": agreement.paper.sha256,
        "by": pin.person.key if pin else "",
        "scan_later": agreement.scan_due_on is not None,
    }
    _remember(agreement, "sign", actor, signing, "signed", evidence=evidence, moment=moment)
    return agreement


@transaction.atomic
def keep_scan(number: str, scan: tuple[bytes, str], *, actor: Actor) -> Agreement:
    """Keep the scan of an agreement that was signed on paper, after the hand-over.

    Refuses: NotAllowed; NotFound; BadFile; RuleBroken (interest declared); Conflict (not signed on paper, or the
    scan is there).
    """
    require(actor, Word.HAND_OVER)
    agreement = _locked(number, actor)
    if agreement.signed_how != "paper" or agreement.signed_scan_id is not None:
        raise Conflict(_("No scan of agreement %(number)s is waited for."), number=agreement.number)
    stored = store_file(*scan, actor=actor)
    agreement.signed_scan = stored
    agreement.save(update_fields=["signed_scan"])
    _remember(agreement, "keep_scan", actor, {"text": agreement.paper.sha256}, "signed", evidence=stored.sha256)
    return agreement


@transaction.atomic
def cancel_agreement(number: str, *, actor: Actor, reason: str) -> Agreement:
    """Cancel an agreement that is not signed; its devices stay reserved.

    Refuses: NotAllowed; NotFound; BadInput (reason); RuleBroken (interest declared); Conflict (signed or
    cancelled already).
    """
    require(actor, Word.HAND_OVER)
    check_reason(reason)
    agreement = _locked(number, actor)
    if agreement.signed_at or agreement.cancelled_at:
        raise Conflict(_("Agreement %(number)s is signed or cancelled already."), number=agreement.number)
    return drop_agreement(agreement, actor=actor, reason=reason)


@transaction.atomic
def drop_agreement(agreement: Agreement, *, actor: Actor, reason: str) -> Agreement:
    """Cancel an unsigned agreement for a deed whose own gatekeeper has let the actor pass."""
    now = timezone.now()
    agreement.items.filter(ended_at__isnull=True).update(ended_at=now, end_reason="cancelled")
    agreement.cancelled_at = now
    agreement.save(update_fields=["cancelled_at"])
    _remember(agreement, "cancel", actor, {"reason": reason}, "cancelled")
    return agreement


@transaction.atomic
def take_back(
    tag: str, *, actor: Actor, reason: str, location: str, accessories: Mapping[str, int] | None = None
) -> Device:
    """A device comes back from an association: received again, its media unknown again, its grade gone.

    `accessories` are those that came back with it, by kind; nothing said: none.
    Refuses: as `take`; BadInput (reason, accessories); NotFound (location); RuleBroken (interest declared in who has
    it).
    """
    require(actor, Word.TAKE_BACK)
    check_reason(reason)
    back = checked_counts(accessories or {})
    device = locked(tag)
    place = location_named(location)
    item = AgreementItem.objects.select_for_update().filter(device=device, ended_at__isnull=True).first()
    if item is not None:
        refuse_interest(actor, item.agreement.association_id)
    device.location = place
    device.cycle += 1
    device.grade = device.told = ""
    device.no_data_declared_at = None
    device.no_data_declared_by = None
    device.no_data_checked_how = ""
    facts: dict[str, object] = {
        "reason": reason,
        "location": place.code,
        "agreement": item.agreement.number if item else "",
    }
    if back or (item and item.accessories):
        facts["accessories"] = back
    take(device, "take_back", actor=actor, facts=facts)
    set_accessories(device, back)
    now = timezone.now()
    if item is not None:
        item.ended_at = now
        item.end_reason = reason
        item.accessories_back = back
        item.save(update_fields=["ended_at", "end_reason", "accessories_back"])
        Reservation.objects.filter(pk=item.reservation_id, released_at__isnull=True).update(
            released_at=now, release_reason="taken_back"
        )
    doubt_media(device.tag, actor=actor)
    return device


def _reservation(tag: str, association: Association) -> Reservation:
    device = locked(tag)
    media_accounted(device)
    reservation = (
        Reservation.objects.select_related("line__request", "device", "decision__round__decision")
        .filter(device=device, released_at__isnull=True)
        .first()
    )
    if (
        reservation is None
        or Status(device.status) is not Status.RESERVED
        or reservation.line.request.association_id != association.pk
    ):
        raise RuleBroken(_("%(tag)s is not reserved for this association."), tag=device.tag)
    other = device.agreement_items.filter(ended_at__isnull=True).select_related("agreement").first()
    if other is not None:
        raise Conflict(
            _("%(tag)s stands in agreement %(number)s already."),
            tag=device.tag,
            number=other.agreement.number,
        )
    return reservation


def _check_signature(
    agreement: Agreement,
    how: str,
    actor: Actor,
    *,
    scan: tuple[bytes, str] | None,
    scan_later: bool,
    pin: Signature | None,
) -> None:
    if how not in {"screen", "paper", "pin"}:
        raise BadInput(_("Say how it was signed: on screen, on paper or with a PIN."), field="signed_how")
    if how != "pin":
        if scan is None and not (how == "paper" and scan_later):
            raise BadInput(_("Add the signature, or the scan of the signed paper."), field="scan")
        return
    if pin is None or pin.how is not SignedHow.PIN or pin.person is None:
        raise BadInput(_("Say whose PIN it is, and let them type it."), field="pin")
    if pin.person.pk == actor.pk:
        raise RuleBroken(_("Two people sign: the one who hands over cannot also receive."))
    if not agreement.association.memberships.filter(user_id=pin.person.pk).exists():
        raise RuleBroken(_("This person is no member of the association: let them sign on the screen or on paper."))


def _leave_out(agreement: Agreement, tags: Sequence[str]) -> None:
    for tag in dict.fromkeys(tags):
        device = locked(tag)
        changed = agreement.items.filter(device=device, ended_at__isnull=True).update(
            ended_at=timezone.now(), end_reason="left_out"
        )
        if not changed:
            raise NotFound(_("%(tag)s is not in agreement %(number)s."), tag=device.tag, number=agreement.number)


def _locked(number: str, actor: Actor) -> Agreement:
    """Refuses: NotFound; RuleBroken (interest declared)."""
    agreement = Agreement.objects.select_for_update().filter(number=number.strip().upper()).first()
    if agreement is None:
        raise NotFound(_("There is no agreement %(number)s."), number=number)
    refuse_interest(actor, agreement.association_id)
    return agreement


def _remember(
    agreement: Agreement,
    event: str,
    actor: Actor,
    facts: dict[str, object],
    to_status: str,
    *,
    evidence: str = "",
    moment: dt.datetime | None = None,
) -> None:
    record(
        Deed(
            f"agreement.{event}",
            "agreement",
            agreement.number,
            next_seq("agreement", agreement.number),
            facts=facts,
            to_status=to_status,
            evidence_sha256=evidence,
            occurred_at=moment,
        ),
        actor=actor,
    )
