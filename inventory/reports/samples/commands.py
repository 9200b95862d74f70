"""Freeze a population, draw from it with a seed that came later, and keep what the auditor found."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.devices.gatekeepers import require
from inventory.documents.commands import next_number
from inventory.errors import BadInput, Conflict, NotFound, RuleBroken
from inventory.ledger.commands import Deed, next_seq, record, seal
from inventory.lifecycle import Actor, Word
from inventory.reports.period import Scope
from inventory.reports.samples.arithmetic import Member, by_amount, by_rank, sample_size, unit_sample_size
from inventory.reports.samples.models import METHODS, RESULTS, Sample, SampleItem
from inventory.reports.samples.populations import POPULATIONS

SERIES = "S"


@transaction.atomic
def freeze_sample(
    population: str,
    scope: Scope,
    *,
    actor: Actor,
    method: str = "attribute",
    confidence: int = 95,
    tolerable: int = 50,
) -> Sample:
    """Freeze a population of a period and how many of it will be drawn; its SHA-256 goes into the ledger at once.

    `confidence` in percent (50 to 99), `tolerable` errors in per mille (1 to 500). Refuses: NotAllowed; BadInput
    (population, method, rates); RuleBroken (nothing in it, or nothing that bears an amount).
    """
    require(actor, Word.AUDIT)
    if population not in POPULATIONS:
        raise BadInput(_("Choose what is sampled."), field="population")
    if method not in METHODS or (method == "amount" and not POPULATIONS[population].unit):
        raise BadInput(_("These things bear no amount: draw each with the same chance."), field="method")
    if not 50 <= confidence <= 99:
        raise BadInput(_("The confidence lies between 50 and 99 percent."), field="confidence")
    if not 1 <= tolerable <= 500:
        raise BadInput(_("The tolerable rate lies between 1 and 500 per mille."), field="tolerable")
    seal()
    members = list(POPULATIONS[population].members(scope))
    amount = sum(one.amount for one in members)
    if not members or (method == "amount" and not amount):
        raise RuleBroken(_("There is nothing of this kind in the period: nothing can be drawn."))
    text = "".join(f"{one.key}\t{one.amount}\n" for one in members)
    sample = Sample(
        number=next_number(SERIES, timezone.localdate()),
        population=population,
        first=scope.first,
        last=scope.last,
        method=method,
        confidence=confidence,
        tolerable=tolerable,
        text=text,
        size=len(members),
        amount=amount,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        sample_size=(
            unit_sample_size(amount, confidence, tolerable)
            if method == "amount"
            else sample_size(len(members), confidence, tolerable)
        ),
        frozen_at=timezone.now(),
        frozen_by_id=actor.pk,
    )
    facts = {
        "population": population,
        "size": sample.size,
        "population_sha256": sample.sha256,
        "method": method,
        "confidence": confidence,
        "tolerable": tolerable,
        "sample": sample.sample_size,
    }
    _remember(sample, "freeze", actor, facts, "frozen")
    sample.save()
    return sample


@transaction.atomic
def draw_sample(number: str, *, actor: Actor, seed: str) -> Sample:
    """Draw with a seed that nobody knew when the population was frozen: a public draw's numbers, dice of the auditor.

    Refuses: NotAllowed; NotFound; BadInput (a seed of fewer than 6 or more than 100 signs); Conflict (drawn already).
    """
    require(actor, Word.AUDIT)
    sample = _locked(number)
    given = " ".join(seed.split())
    if not 6 <= len(given) <= 100:
        raise BadInput(_("A seed has between 6 and 100 signs."), field="seed")
    if sample.drawn_at is not None:
        raise Conflict(_("The sample %(number)s is drawn already."), number=sample.number)
    lines = (line.split("\t") for line in sample.text.splitlines())
    members = [Member(key, int(amount)) for key, amount in lines]
    draw = by_amount if sample.method == "amount" else by_rank
    drawn = draw(members, given, sample.sample_size)
    sample.seed, sample.drawn_at = given, timezone.now()
    facts = {"population_sha256": sample.sha256, "seed": given, "drawn": len(drawn)}
    _remember(sample, "draw", actor, facts, "drawn")
    sample.save(update_fields=["seed", "drawn_at"])
    SampleItem.objects.bulk_create(
        [SampleItem(sample=sample, place=o.place, key=o.key, rank=o.rank, amount=o.amount) for o in drawn],
        batch_size=500,
    )
    return sample


@transaction.atomic
def record_findings(number: str, found: Mapping[str, str], *, actor: Actor) -> Sample:
    """Keep what was found in things of a sample, by key: a word of `RESULTS`. A later finding replaces an earlier.

    Refuses: NotAllowed; NotFound; BadInput (a key that was not drawn, a word that is none); Conflict (not drawn yet).
    """
    require(actor, Word.AUDIT)
    sample = _locked(number)
    if sample.drawn_at is None:
        raise Conflict(_("The sample %(number)s is not drawn yet."), number=sample.number)
    items = {item.key: item for item in sample.items.filter(key__in=found)}
    if strangers := sorted(set(found) - set(items)):
        raise BadInput(_("“%(key)s” was not drawn in this sample."), key=strangers[0], field="findings")
    if unknown := sorted(set(found.values()) - set(RESULTS)):
        raise BadInput(_("“%(word)s” is no result: say right, wrong or not examined."), word=unknown[0])
    now = timezone.now()
    changed = [item for key, item in items.items() if item.result != found[key]]
    for item in changed:
        item.result, item.found_at = found[item.key], now
    if changed:
        facts = {result: sum(item.result == result for item in changed) for result in RESULTS}
        _remember(sample, "find", actor, facts, "examined")
        SampleItem.objects.bulk_update(changed, ["result", "found_at"], batch_size=500)
    return sample


def _locked(number: str) -> Sample:
    sample = Sample.objects.select_for_update().filter(number=number.strip().upper()).first()
    if sample is None:
        raise NotFound(_("There is no sample %(number)s."), number=number)
    return sample


def _remember(sample: Sample, event: str, actor: Actor, facts: Mapping[str, object], to_status: str) -> None:
    key = sample.number
    record(
        Deed(f"sample.{event}", "sample", key, next_seq("sample", key), facts=dict(facts), to_status=to_status),
        actor=actor,
    )
