"""After the hand-over: defect, use, transfer, loss, visit, suspension and repayment, by one table and one command."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inventory.associations.commands import decide_eligibility, remember
from inventory.associations.facts import CHANNELS, refuse_national_number
from inventory.associations.filing_models import Letter
from inventory.associations.interests import refuse_interest
from inventory.associations.letters import write_letter
from inventory.associations.models import Membership
from inventory.devices.categories import TOLD
from inventory.devices.gatekeepers import locked, require, require_one
from inventory.devices.steps import note
from inventory.devices.tags import grouped, read_tag
from inventory.documents.commands import next_number
from inventory.errors import BadInput, Conflict, NotAllowed, NotFound
from inventory.handover.aftercare_models import AfterEvent
from inventory.handover.afterwards import reports_due
from inventory.handover.models import Agreement, AgreementItem
from inventory.handover.valuing import euro
from inventory.lifecycle import Actor, Word

SERIES: Final = "N"


@dataclass(frozen=True, slots=True)
class Kind:
    """One thing that can happen: what it is called, asks for and leads to, and what the letter about it says."""

    code: str
    label: Promise
    hint: Promise
    answer: Promise
    # Only the city says it; otherwise the association tells it, by any channel.
    word: Word | None = None
    needs_devices: bool = False
    needs_words: bool = False
    needs_amount: bool = False
    # What it says about the association's eligibility: suspended, or no longer.
    eligible: bool | None = None


KINDS: Final[dict[str, Kind]] = {
    one.code: one
    for one in (
        Kind(
            "defective",
            _("Defective on arrival"),
            _("Which devices do not work, and what happens when they are switched on?"),
            _("Bring the devices back to us: we exchange them, or take them back. It costs nothing."),
            needs_devices=True,
            needs_words=True,
        ),
        Kind(
            "in_use",
            _("Still in use"),
            _("Tick the devices that are used. A few words are welcome."),
            _("Thank you: we have noted which devices are used."),
            needs_devices=True,
        ),
        Kind(
            "transfer",
            _("Passed on"),
            _("To which association, or to people? Never write a name of a person."),
            _("We have noted that you passed the devices on. Who has them keeps to the agreement."),
            needs_devices=True,
            needs_words=True,
        ),
        Kind(
            "lost",
            _("Lost"),
            _("Since when, and where were they last?"),
            _("We have noted the loss. If the devices are found, tell us."),
            needs_devices=True,
            needs_words=True,
        ),
        Kind(
            "stolen",
            _("Stolen"),
            _("When and where? Add the number of the police report, if you have one."),
            _("We have noted the theft. Declare it to the police as well, and give us the number of the report."),
            needs_devices=True,
            needs_words=True,
        ),
        Kind(
            "visit",
            _("Control visit"),
            _("What was found at the visit?"),
            _("We visited you. This is what we found."),
            word=Word.TAKE_BACK,
            needs_words=True,
        ),
        Kind(
            "suspension",
            _("Suspension"),
            _("Why the association gets nothing new for now. It was heard before."),
            _("Until this is settled, your association receives no new devices."),
            word=Word.DECIDE_ELIGIBILITY,
            needs_words=True,
            eligible=False,
        ),
        Kind(
            "lifted",
            _("Suspension lifted"),
            _("Why it may receive again."),
            _("Your association may receive devices again."),
            word=Word.DECIDE_ELIGIBILITY,
            needs_words=True,
            eligible=True,
        ),
        Kind(
            "repayment",
            _("Repayment asked"),
            _("Why, for which devices, and how much."),
            _("Under the law of 14 November 1983, article 7, we ask you to give back the devices or their value."),
            word=Word.DECIDE_ELIGIBILITY,
            needs_words=True,
            needs_amount=True,
        ),
    )
}


@transaction.atomic
def note_after(
    number: str,
    kind: str,
    *,
    actor: Actor,
    channel: str,
    tags: Sequence[str] = (),
    words: str = "",
    cents: int | None = None,
    happened_on: dt.date | None = None,
) -> AfterEvent:
    """Write down what was told or found about devices of a signed agreement; a letter says that it is noted.

    On line a member of the association tells it, by any other channel the counter or the warehouse; some kinds only the
    city says. A suspension decides that the association may not receive.
    Refuses: NotFound (also: not yours); NotAllowed; BadInput; Conflict (not signed); RuleBroken (interest declared).
    """
    asked = KINDS.get(kind)
    if asked is None:
        raise BadInput(_("Choose from the list."), field="kind")
    agreement = _agreement(number, asked, actor, channel)
    today = timezone.localdate()
    day = happened_on or today
    if day > today:
        raise BadInput(_("That moment is still to come. Check the date and time."), field="happened_on")
    said = refuse_national_number(words.strip()[:4000], "words")
    if asked.needs_words and len(said) < 5:
        raise BadInput(_("Say in a sentence what happened."), field="words")
    if asked.needs_amount and not cents:
        raise BadInput(_("Say how much is asked back."), field="cents")
    items = _items(agreement, tags)
    if asked.needs_devices and not items:
        raise BadInput(_("Choose at least one device."), field="tags")
    signed_on = timezone.localdate(agreement.signed_at)
    event = AfterEvent(
        number=next_number(SERIES, today),
        kind=kind,
        agreement=agreement,
        channel=channel,
        happened_on=day,
        words=said,
        cents=cents if asked.needs_amount else None,
        in_time=kind != "defective" or day <= signed_on + dt.timedelta(days=agreement.exchange_days),
        recorded_at=timezone.now(),
        recorded_by_id=actor.pk,
    )
    event.letter = _letter(event, asked, items, actor)
    event.save()
    event.items.set(items)
    _mark(event, items, actor)
    facts = {
        "kind": kind,
        "agreement": agreement.number,
        "channel": channel,
        "devices": [item.device.tag for item in items],
        "in_time": event.in_time,
        "cents": event.cents or 0,
    }
    remember("after", event.number, "note", actor, facts, {"words": said} if said else None)
    if asked.eligible is not None:
        decide_eligibility(agreement.association.code, actor=actor, eligible=asked.eligible, reasons=said)
    return event


@transaction.atomic
def remind_of_reports(numbers: Sequence[str], *, actor: Actor) -> int:
    """Write to each association whose report of use is due under these agreements; returns how many letters.

    Refuses: NotAllowed; NotFound; BadInput (none); Conflict (no report due).
    """
    require_one(actor, Word.REQUEST_FOR_OTHERS, Word.TAKE_BACK)
    if not numbers:
        raise BadInput(_("Choose at least one agreement."), field="number")
    due = {one.number: one for one in reports_due(actor)}
    for number in sorted(set(numbers)):
        agreement = due.get(number)
        if agreement is None:
            raise Conflict(_("No report is due for agreement %(number)s."), number=number)
        item = agreement.items.select_related("reservation__line__request").order_by("id").first()
        request = item.reservation.line.request if item else None
        with translation.override(agreement.association.official_language):
            write_letter(
                agreement.association,
                actor=actor,
                kind="report_due",
                request=request,
                title=gettext("How are the devices used?"),
                paragraphs=[
                    gettext(
                        "You received devices from the city a year ago. Tell us in a few numbers how they are used."
                    ),
                    gettext("On line, at the counter, by telephone or with the form by post: every way is as good."),
                ],
                rows=[
                    (gettext("Agreement"), agreement.number),
                    (gettext("Request"), request.reference if request else "–"),
                    (gettext("Devices"), str(agreement.items.filter(ended_at__isnull=True).count())),
                ],
            )
        remember("agreement", agreement.number, "remind", actor, {}, to_status="signed")
    return len(set(numbers))


def _agreement(number: str, asked: Kind, actor: Actor, channel: str) -> Agreement:
    if channel not in CHANNELS:
        raise BadInput(_("Choose the channel from the list."), field="channel")
    if asked.word is not None:
        require(actor, asked.word)
    elif channel != "online":
        require_one(actor, Word.REQUEST_FOR_OTHERS, Word.TAKE_BACK)
    elif not actor.holds(Word.REQUEST):
        raise NotAllowed(_("On line, a member of the association asks. Choose the channel it came by."))
    found = Agreement.objects.select_for_update(of=("self",)).select_related("association")
    agreement = found.filter(number=number.strip().upper()).first()
    own = agreement is not None and Membership.objects.filter(user_id=actor.pk, association_id=agreement.association_id)
    if agreement is None or (asked.word is None and channel == "online" and not own):
        raise NotFound(_("There is no agreement %(number)s."), number=number)
    refuse_interest(actor, agreement.association_id)
    if agreement.signed_at is None:
        raise Conflict(_("Agreement %(number)s is not signed yet."), number=agreement.number)
    return agreement


def _items(agreement: Agreement, tags: Sequence[str]) -> list[AgreementItem]:
    wanted = {read_tag(tag) for tag in tags}
    given = agreement.items.exclude(end_reason__in=["left_out", "cancelled"]).select_related("device")
    found = [item for item in given.order_by("id") if item.device.tag in wanted]
    missing = wanted - {item.device.tag for item in found}
    if missing:
        raise NotFound(_("%(tag)s is not in agreement %(number)s."), tag=min(missing), number=agreement.number)
    return found


def _mark(event: AfterEvent, items: Sequence[AgreementItem], actor: Actor) -> None:
    """What is told of a device stands on the device itself, until it is told to be in use again or comes back."""
    if event.kind not in TOLD and event.kind != "in_use":
        return
    said = event.kind if event.kind in TOLD else ""
    for item in items:
        device = locked(item.device.tag)
        if item.ended_at is None and device.told != said:
            device.told = said
            facts = {"holder_says": event.kind, "told": event.number, "agreement": event.agreement.number}
            note(device, "told", actor=actor, facts=facts)


def _letter(event: AfterEvent, asked: Kind, items: Sequence[AgreementItem], actor: Actor) -> Letter:
    agreement = event.agreement
    language = agreement.association.official_language
    with translation.override(language):
        late = gettext("The days for an exchange are over: we look at what is still possible.")
        rows = [
            (gettext("Agreement"), agreement.number),
            (gettext("Day"), f"{event.happened_on:%d/%m/%Y}"),
            *((gettext("Device"), f"{grouped(item.device.tag)} {item.device.title}".strip()) for item in items),
            *([(gettext("What was said"), event.words)] if event.words else []),
            *([(gettext("Amount"), euro(event.cents, language))] if event.cents else []),
        ]
        return write_letter(
            agreement.association,
            actor=actor,
            kind=f"after_{event.kind}",
            title=str(asked.label),
            paragraphs=[str(asked.answer), *([] if event.in_time else [late])],
            rows=rows,
        )
