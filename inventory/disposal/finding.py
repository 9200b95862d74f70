"""What strangers tell of a device with our label, without an account, and how it is settled and forgotten."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.devices.gatekeepers import require
from inventory.devices.queries import by_tag
from inventory.devices.tags import read_tag
from inventory.disposal.models import FoundReport
from inventory.documents.commands import next_number
from inventory.errors import BadInput, Conflict, NotFound
from inventory.ledger.commands import Deed, next_seq, record
from inventory.ledger.personal import NAMES, personal_in
from inventory.lifecycle import Actor, Word

SERIES: Final = "M"
WHAT: Final[dict[str, Promise]] = {
    "found": _("I found it"),
    "broken": _("It is mine and it is broken"),
    "unneeded": _("It is mine and I no longer need it"),
    "data": _("I see files or names of somebody else on it"),
}
OUTCOMES: Final[dict[str, Promise]] = {
    "fetched": _("Fetched, or brought back"),
    "advised": _("Answered: nothing to fetch"),
    "nothing": _("Nothing was there"),
    "nonsense": _("No report at all"),
}
# Nobody fills the board by a machine: beyond this in a day, people are asked to call.
MOST_A_DAY: Final = 100
MOST_A_TAG: Final = 5


class Stranger:
    """Whoever reads a label: no account, no word, and no name in the ledger."""

    pk = None
    key = "stranger"
    channel = "label"

    def holds(self, word: str) -> bool:
        """Nothing."""
        return False


@transaction.atomic
def tell_found(tag: str, *, actor: Actor, what: str, place: str = "", answer_to: str = "") -> FoundReport:
    """Take what somebody tells of a device; a tag that is unknown or unreadable is taken just the same.

    `answer_to` is the only thing that may say who tells it, and it is optional. Refuses: BadInput (what; a place that
    holds a person's number or address); Conflict (too many in a day: call us).
    """
    if what not in WHAT:
        raise BadInput(_("Choose what you want to tell us."), field="what")
    where, answer = place.strip(), answer_to.strip()
    if len(where) > 200 or len(answer) > 100:
        raise BadInput(_("That is too long: shorten it."), field="place" if len(where) > 200 else "answer_to")
    if found := personal_in(where):
        raise BadInput(
            _("The place holds %(what)s. Write it under “How can we answer you?” if you want an answer."),
            what=NAMES[found[0]],
            field="place",
        )
    if "national_number" in personal_in(answer) or "iban" in personal_in(answer):
        raise BadInput(_("Give a telephone number or an e-mail address, nothing else."), field="answer_to")
    code, device = _read(tag)
    since = timezone.now() - dt.timedelta(days=1)
    today = FoundReport.objects.filter(told_at__gte=since)
    if today.count() >= MOST_A_DAY or today.filter(tag=code).count() >= MOST_A_TAG:
        raise Conflict(_("We have been told already. If it is urgent, please call us."))
    number = next_number(SERIES, timezone.localdate())
    record(Deed("found_report.tell", "found_report", number, 1, {"tag": code, "what": what}), actor=actor)
    return FoundReport.objects.create(
        number=number,
        tag=code,
        device_id=device,
        what=what,
        place=where,
        answer_to=answer,
        told_at=timezone.now(),
    )


@transaction.atomic
def settle_report(number: str, *, actor: Actor, outcome: str) -> FoundReport:
    """Say what came of it; place and way to answer are erased at that moment.

    Refuses: NotAllowed; NotFound; BadInput (outcome); Conflict (settled already).
    """
    require(actor, Word.WRITE_OFF)
    if outcome not in OUTCOMES:
        raise BadInput(_("Say what came of it."), field="outcome")
    report = FoundReport.objects.select_for_update().filter(number=number.strip().upper()).first()
    if report is None:
        raise NotFound(_("There is no report %(number)s."), number=number)
    if report.settled_at is not None:
        raise Conflict(_("The report %(number)s is settled already."), number=report.number)
    seq = next_seq("found_report", report.number)
    record(Deed("found_report.settle", "found_report", report.number, seq, {"outcome": outcome}), actor=actor)
    report.outcome, report.settled_at, report.settled_by_id = outcome, timezone.now(), actor.pk
    report.place = report.answer_to = ""
    report.save()
    return report


def found_reports(actor: Actor, *, waiting: bool = False) -> QuerySet[FoundReport]:
    """What was told, newest first; only what waits if asked. Refuses NotAllowed."""
    require(actor, Word.WRITE_OFF)
    found = FoundReport.objects.select_related("device")
    return found.filter(settled_at__isnull=True) if waiting else found


def _read(tag: str) -> tuple[str, int | None]:
    """The tag as far as it can be read, and the device it opens."""
    try:
        device = by_tag(tag)
        return read_tag(tag), device.pk if device else None
    except BadInput:
        return "", None
