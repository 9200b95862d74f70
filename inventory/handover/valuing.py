"""What gifts are worth: each device by a method with its source, and the sum of a beneficiary's year before the law."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.associations.interests import refuse_interest
from inventory.associations.models import Association
from inventory.devices.gatekeepers import locked, require
from inventory.devices.models import Device
from inventory.devices.steps import note
from inventory.errors import BadInput
from inventory.handover.models import AgreementItem, Valuation
from inventory.handover.wording import market_on, thresholds_on
from inventory.lifecycle import Actor, Word

METHODS: Final[dict[str, Promise]] = {
    "book": _("Book value"),
    "market": _("Market table"),
    "expert": _("Expert"),
}
# In euro: what one second-hand machine of a city can be worth.
MOST_EURO: Final = 100_000
# The classes of the law of 14 November 1983, and what each asks for.
CLASSES: Final[dict[str, Promise]] = {
    "none": _("Below the threshold of the law on subsidies: only the duties of the agreement."),
    "partial": _("The law on subsidies applies in part: use for the purpose, report, repayment when misused."),
    "full": _("The law on subsidies applies in full: accounts and report of activity of the association as well."),
}


@dataclass(frozen=True, slots=True)
class YearSum:
    """What a beneficiary receives in a calendar year, in cents, and the class of the law that it falls in."""

    year: int
    cents: int
    code: str
    source: str
    # Above this an association needs an authorisation, unless the gift goes from hand to hand.
    above_hand_to_hand: bool

    @property
    def words(self) -> Promise:
        """What that class asks for."""
        return CLASSES[self.code]


@transaction.atomic
def value_devices(
    tags: Sequence[str], *, actor: Actor, cents: int, method: str, source: str, dated: dt.date, reason: str = ""
) -> list[Valuation]:
    """Say what each of these devices is worth, in cents, by which method and on whose word.

    Refuses: NotAllowed; NotFound; BadInput (method, source, day, no value without its reason); RuleBroken (interest
    declared in the association for which one is kept).
    """
    require(actor, Word.HAND_OVER)
    if not tags:
        raise BadInput(_("Choose at least one device."), field="tags")
    if method not in METHODS:
        raise BadInput(_("Choose from the list."), field="method")
    if not 0 <= cents <= MOST_EURO * 100:
        raise BadInput(_("A value is between 0 and %(most)s euro."), most=MOST_EURO, field="cents")
    if not source.strip():
        raise BadInput(
            _("Say where the value comes from: the account, the table, the expert's report."), field="source"
        )
    if dated > timezone.localdate():
        raise BadInput(_("That moment is still to come. Check the date and time."), field="dated")
    if not cents and len(reason.strip()) < 5:
        raise BadInput(_("Say why it is worth nothing."), field="reason")
    devices = [locked(tag) for tag in dict.fromkeys(tags)]
    for device in devices:
        _refuse_interest(device, actor)
    return [_value(device, actor, cents, method, source, dated, reason) for device in devices]


def _refuse_interest(device: Device, actor: Actor) -> None:
    kept = device.reservations.filter(released_at__isnull=True).select_related("line__request").first()
    if kept is not None:
        refuse_interest(actor, kept.line.request.association_id)


@transaction.atomic
def valuations(devices: Sequence[Device], *, actor: Actor) -> dict[int, Valuation]:
    """The value of each device by its id; the market table says what nobody said.

    Refuses (BadInput) when the market table knows nothing of that kind.
    """
    known = latest_values(devices)
    today = timezone.localdate()
    table = market_on(today)
    for device in devices:
        if device.pk not in known:
            known[device.pk] = Valuation.objects.create(
                device=device,
                cents=table.value(device.category, device.grade),
                method="market",
                source=table.source,
                dated=table.dated,
                valued_at=timezone.now(),
                valued_by_id=actor.pk,
            )
    return known


def latest_values(devices: Iterable[Device]) -> dict[int, Valuation]:
    """What was said last about the value of each device, by its id."""
    found = Valuation.objects.filter(device__in=[device.pk for device in devices]).order_by("id")
    return {one.device_id: one for one in found}


def year_sum(association: Association, year: int, *, more: int = 0) -> YearSum:
    """What a beneficiary was given or promised in a calendar year, and `more` cents; cancelled and refused is out."""
    first = _new_year(year)
    until = _new_year(year + 1)
    items = AgreementItem.objects.filter(agreement__association=association, agreement__cancelled_at__isnull=True)
    items = items.exclude(Q(end_reason__in=["left_out", "cancelled", "replaced"]))
    given = items.alias(on=Coalesce("agreement__signed_at", "agreement__prepared_at")).filter(
        on__gte=first, on__lt=until
    )
    cents = (given.aggregate(total=Sum("valuation__cents"))["total"] or 0) + more
    law = thresholds_on(dt.date(year, 12, 31))
    code = "full" if cents > law.full else "partial" if cents >= law.partial else "none"
    return YearSum(year, cents, code, law.source, cents > law.authorised)


def euro(cents: int, language: str = "fr") -> str:
    """An amount as papers write it in French or Dutch: 1 234,50 € and € 1.234,50."""
    whole, rest = divmod(cents, 100)
    if language == "nl":
        return f"€ {whole:,}".replace(",", ".") + f",{rest:02d}"
    return f"{whole:,}".replace(",", "\u202f") + f",{rest:02d}\u00a0€"


def _new_year(year: int) -> dt.datetime:
    return dt.datetime(year, 1, 1, tzinfo=timezone.get_default_timezone())


def _value(
    device: Device, actor: Actor, cents: int, method: str, source: str, dated: dt.date, reason: str
) -> Valuation:
    made = Valuation.objects.create(
        device=device,
        cents=cents,
        method=method,
        source=source.strip()[:200],
        dated=dated,
        reason="" if cents else reason.strip()[:200],
        valued_at=timezone.now(),
        valued_by_id=actor.pk,
    )
    facts = {"cents": cents, "method": method, "dated": dated.isoformat()}
    private = {"source": made.source, "reason": made.reason}
    note(device, "value", actor=actor, facts=facts, private=private)
    return made
