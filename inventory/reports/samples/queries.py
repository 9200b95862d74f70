"""Reads of samples, and what their findings say of the whole population."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from inventory.devices.gatekeepers import require
from inventory.errors import NotFound
from inventory.lifecycle import Actor, Word
from inventory.reports.samples.arithmetic import most_errors, most_wrong_amount
from inventory.reports.samples.models import Sample


@dataclass(frozen=True, slots=True)
class Said:
    """What a sample says: how many were examined and wrong, the most that may be wrong of all, and whether it will do.

    `acceptable` is None while a drawn thing is not examined. Of monetary-unit sampling `most_wrong` counts units.
    """

    drawn: int
    examined: int
    wrong: int
    most_wrong: int
    acceptable: bool | None


def samples(actor: Actor) -> QuerySet[Sample]:
    """All samples, newest first, with `waiting`: drawn things nobody has examined. Refuses NotAllowed."""
    require(actor, Word.AUDIT)
    return Sample.objects.defer("text").annotate(waiting=Count("items", filter=Q(items__result=""))).order_by("-id")


def sample_numbered(number: str, actor: Actor) -> Sample:
    """One sample. Refuses: NotAllowed; NotFound."""
    require(actor, Word.AUDIT)
    found = Sample.objects.filter(number=number.strip().upper()).first()
    if found is None:
        raise NotFound(_("There is no sample %(number)s."), number=number)
    return found


def said_by(sample: Sample) -> Said:
    """What its findings say so far of the whole population: by number of things, or by amount where it was drawn so."""
    found = list(sample.items.values_list("result", "amount"))
    results = [result for result, _amount in found]
    wrong = results.count("wrong")
    examined = wrong + results.count("right")
    whole = bool(results) and examined == len(results)
    if sample.method == "amount":
        all_of, amounts = sample.amount, [amount for result, amount in found if result == "wrong"]
        most = most_wrong_amount(all_of, sample.sample_size, amounts, sample.confidence)
        if whole and len(found) == sample.size:
            most = sum(amounts)  # nothing is left to guess
    else:
        all_of = sample.size
        most = most_errors(all_of, examined, wrong, sample.confidence)
    most = most if examined else all_of
    return Said(len(results), examined, wrong, most, most * 1000 <= sample.tolerable * all_of if whole else None)
