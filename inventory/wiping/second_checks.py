"""The second check of a month's sanitisations: frozen, drawn by the system, done by somebody else, closed (R-1.6)."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.devices.gatekeepers import require
from inventory.devices.models import Medium
from inventory.documents.commands import store_file
from inventory.errors import BadInput, Conflict, NotFound, RuleBroken
from inventory.ledger.commands import Deed, next_seq, record
from inventory.lifecycle import LEFT_CUSTODY, Actor, MediumState, Status, Word
from inventory.wiping.models import SecondCheck, SecondCheckPeriod
from inventory.wiping.proofs import standing_proofs
from inventory.wiping.quarantine import quarantine_batch
from inventory.wiping.sampling import draw, population_sha256, population_text, sample_size
from inventory.wiping.techniques import EXCUSES, SECOND_CHECKS

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


@transaction.atomic
def freeze_period(month: str, *, actor: Actor) -> SecondCheckPeriod:
    """Freeze which media of a month (`2026-10`) can be drawn: those with a proof recorded in it that still stands.

    Their codes in order, and the SHA-256 over them, go into the ledger before anybody can know the seed (R-10.8).
    Refuses: NotAllowed; BadInput (no month); Conflict (the month is not over, or frozen already); RuleBroken (nothing
    was sanitised in it).
    """
    require(actor, Word.VALIDATE)
    first = first_of(month)
    begin, end = bounds(first)
    if end > timezone.now():
        raise Conflict(_("The month %(month)s is not over: what is wiped until then has to be among it."), month=month)
    if SecondCheckPeriod.objects.select_for_update().filter(month=first).exists():
        raise Conflict(_("The month %(month)s is frozen already."), month=month)
    proofs = standing_proofs().filter(recorded_at__gte=begin, recorded_at__lt=end)
    text = population_text(proofs.values_list("medium__code", flat=True))
    size = text.count("\n")
    if not size:
        raise RuleBroken(_("No sanitisation of %(month)s stands: there is nothing to check."), month=month)
    period = SecondCheckPeriod(
        month=first,
        population=text,
        population_size=size,
        population_sha256=population_sha256(text),
        sample_size=sample_size(size),
        frozen_at=timezone.now(),
        frozen_by_id=actor.pk,
    )
    try:
        with transaction.atomic():
            period.save()
    except IntegrityError:
        raise Conflict(_("The month %(month)s is frozen already."), month=month) from None
    facts = {
        "population": size,
        "population_sha256": period.population_sha256,
        "sample": period.sample_size,
    }
    _remember(period, "freeze", actor, facts, "frozen")
    return period


@transaction.atomic
def draw_second_checks(month: str, *, actor: Actor, seed: str = "") -> SecondCheckPeriod:
    """Draw which media of a month are checked a second time.

    Without `seed` the system makes one nobody could choose, and freezes the month first if nobody has. A `seed` from
    outside (a lottery's numbers, a public beacon) counts only for a month that was frozen before it was drawn.
    Refuses: as `freeze_period`; BadInput (a seed of fewer than 6 signs); RuleBroken (not frozen beforehand); Conflict
    (drawn already).
    """
    require(actor, Word.VALIDATE)
    first = first_of(month)
    given = " ".join(seed.split())
    if given and not 6 <= len(given) <= 100:
        raise BadInput(_("A number from outside has between 6 and 100 signs."), field="seed")
    period = SecondCheckPeriod.objects.select_for_update().filter(month=first).first()
    if period is None and given:
        raise RuleBroken(_("Freeze the month first: a number from outside has to be drawn after that."), month=month)
    period = period or freeze_period(month, actor=actor)
    if period.drawn_at is not None:
        raise Conflict(_("The month %(month)s is drawn already."), month=month)
    period.seed = given or secrets.token_hex(16)
    period.seed_source = "public" if given else "system"
    period.drawn_at = timezone.now()
    period.drawn_by_id = actor.pk
    drawn = draw(period.population.split(), period.seed, period.sample_size)
    facts = {
        "population_sha256": period.population_sha256,
        "seed": period.seed,
        "source": period.seed_source,
        "media": [one.code for one in drawn],
    }
    _remember(period, "draw", actor, facts, "drawn")
    period.save(update_fields=["seed", "seed_source", "drawn_at", "drawn_by"])
    begin, end = bounds(first)
    media = Medium.objects.in_bulk([one.code for one in drawn], field_name="code")
    checks = []
    for one in drawn:
        medium = media[one.code]
        proof = medium.sanitisations.filter(succeeded=True, recorded_at__gte=begin, recorded_at__lt=end).last()
        checks.append(
            SecondCheck(period=period, medium=medium, sanitisation=proof, place=one.place, rank_sha256=one.rank_sha256)
        )
    SecondCheck.objects.bulk_create(checks, batch_size=500)
    return period


@transaction.atomic
def record_second_check(
    month: str, code: str, *, actor: Actor, passed: bool, how: str, tool: str, data: bytes, name: str
) -> SecondCheck:
    """Record what a second look at a drawn medium found, with its evidence file; `how` is a code of `SECOND_CHECKS`.

    When data was found, the whole batch is quarantined in the same transaction (R-1.7).
    Refuses: NotAllowed; NotFound; BadInput (how, the same tool again); BadFile; RuleBroken (one's own sanitisation; it
    left the house, or its proof no longer stands: excuse it); Conflict (checked already, the month is closed).
    """
    require(actor, Word.VALIDATE)
    check = _open_check(month, code, actor)
    if how not in SECOND_CHECKS:
        raise BadInput(_("Say how you looked for data."), field="how")
    if not tool.strip():
        raise BadInput(_("Name the tool that was used."), field="tool")
    if tool.strip().casefold() == check.sanitisation.tool.casefold():
        raise BadInput(_("A second check needs another tool than the one that wiped."), field="tool")
    excuse = excuse_of(check)
    if excuse:
        raise RuleBroken(
            _("%(code)s cannot be checked any more: %(why)s. Record that instead."),
            code=check.medium.code,
            why=EXCUSES[excuse],
            excuse=excuse,
        )
    check.evidence = store_file(data, name, actor=actor)
    check.outcome = "passed" if passed else "failed"
    check.how = how
    check.tool = tool.strip()[:60]
    _settle(check, actor, {"outcome": check.outcome, "how": how, "tool": check.tool}, check.evidence.sha256)
    if not passed:
        quarantine_batch(check.sanitisation, actor=actor, reason="second_check_failed")
    return check


@transaction.atomic
def excuse_second_check(month: str, code: str, *, actor: Actor) -> SecondCheck:
    """Record that a drawn medium cannot be checked any more, as an exception that is counted and shown.

    The reason is what the ledger knows (destroyed, handed over, recycled, lost, wiped again): nobody chooses it.
    Refuses: NotAllowed; NotFound; RuleBroken (one's own sanitisation; it is in the house and can be checked);
    Conflict (checked already, the month is closed).
    """
    require(actor, Word.VALIDATE)
    check = _open_check(month, code, actor)
    excuse = excuse_of(check)
    if not excuse:
        raise RuleBroken(
            _("%(code)s is in the house and its proof stands: it has to be checked."), code=check.medium.code
        )
    check.outcome = "excused"
    check.excuse = excuse
    _settle(check, actor, {"outcome": "excused", "reason": excuse})
    return check


@transaction.atomic
def close_period(month: str, *, actor: Actor) -> SecondCheckPeriod:
    """Close a month whose drawn media are all checked or excused.

    Refuses: NotAllowed; BadInput; NotFound; RuleBroken (not drawn, or media unchecked); Conflict (closed already).
    """
    require(actor, Word.VALIDATE)
    period = locked_period(month)
    if period.closed_at is not None:
        raise Conflict(_("The month %(month)s is closed already."), month=month)
    if period.drawn_at is None:
        raise RuleBroken(_("The month %(month)s is not drawn yet."), month=month)
    outcomes = list(period.checks.values_list("outcome", flat=True))
    waiting = outcomes.count("")
    if waiting:
        raise RuleBroken(
            _("The month %(month)s cannot close: %(waiting)s of %(drawn)s drawn storage media are unchecked."),
            month=month,
            waiting=waiting,
            drawn=len(outcomes),
        )
    period.closed_at = timezone.now()
    period.closed_by_id = actor.pk
    facts = {one: outcomes.count(one) for one in ("passed", "failed", "excused")}
    _remember(period, "close", actor, facts, "closed")
    period.save(update_fields=["closed_at", "closed_by"])
    return period


def first_of(month: str) -> dt.date:
    """The first day of a month written `2026-10`. Refuses (BadInput) what is none."""
    written = _MONTH.fullmatch(month.strip())
    if not written or not 1990 <= int(written[1]) <= 2099:
        raise BadInput(_("Write the month as year and month: 2026-10."), field="month")
    return dt.date(int(written[1]), int(written[2]), 1)


def bounds(first: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """The moments between which a month lies in Brussels: its beginning, and that of the next."""
    following = (first.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
    begin, end = (timezone.make_aware(dt.datetime.combine(day, dt.time())) for day in (first, following))
    return begin, end


def excuse_of(check: SecondCheck) -> str:
    """Why a drawn medium can no longer be checked, as a code of `EXCUSES`; empty when it can."""
    medium = check.medium
    if MediumState(medium.state) is MediumState.DESTROYED:
        return "destroyed"
    device = medium.device
    if device is not None and Status(device.status) in LEFT_CUSTODY:
        return device.status
    if device is not None and Status(device.status) is Status.LOST:
        return "lost"
    # What is on it now is not what was wiped that month, or waits to be wiped again: the new proof has its own month.
    stands = medium.cycle == check.sanitisation.cycle and not medium.proof_withdrawn
    return "" if stands and medium.state in _CHECKABLE else "wiped_again"


_CHECKABLE = (MediumState.SANITISED, MediumState.VERIFIED, MediumState.VALIDATED)


def locked_period(month: str) -> SecondCheckPeriod:
    """The period of a month, locked. Refuses: BadInput; NotFound (nobody has frozen it)."""
    found = SecondCheckPeriod.objects.select_for_update().filter(month=first_of(month)).first()
    if found is None:
        raise NotFound(_("Nobody has drawn the month %(month)s yet."), month=month)
    return found


def _open_check(month: str, code: str, actor: Actor) -> SecondCheck:
    period = locked_period(month)
    check = (
        period.checks.select_for_update(of=("self",))
        .select_related("medium", "sanitisation__medium", "period")
        .filter(medium__code=code.strip().upper())
        .first()
    )
    if check is None:
        raise NotFound(_("The storage medium %(code)s was not drawn for %(month)s."), code=code, month=month)
    if check.checked_at is not None:
        raise Conflict(_("The storage medium %(code)s was checked already."), code=check.medium.code)
    if check.sanitisation.sanitised_by_id == actor.pk:
        raise RuleBroken(_("You sanitised this storage medium yourself: somebody else has to check it."))
    return check


def _settle(check: SecondCheck, actor: Actor, facts: dict[str, object], evidence: str = "") -> None:
    check.checked_at = timezone.now()
    check.checked_by_id = actor.pk
    key = f"{check.period}-{check.medium.code}"
    deed = Deed(
        "second_check.record",
        "second_check",
        key,
        1,
        facts={"medium": check.medium.code, **facts},
        to_status=check.outcome,
        evidence_sha256=evidence,
    )
    record(deed, actor=actor)
    check.save()


def _remember(period: SecondCheckPeriod, event: str, actor: Actor, facts: Mapping[str, object], to_status: str) -> None:
    key = str(period)
    record(
        Deed(f"period.{event}", "period", key, next_seq("period", key), facts=dict(facts), to_status=to_status),
        actor=actor,
    )
