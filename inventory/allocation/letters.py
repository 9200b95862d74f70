"""The letter of each decision, yes and no alike: reasons and remedies, in the association’s official language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.allocation.models import Decision, Round
from inventory.allocation.organs import ORGANS
from inventory.allocation.queries import round_numbered
from inventory.associations.filing_models import Letter
from inventory.associations.letters import address_of, write_letter
from inventory.associations.models import Request
from inventory.associations.queries import interests_of
from inventory.devices.categories import CATEGORIES
from inventory.devices.gatekeepers import require
from inventory.documents import spool
from inventory.documents.letters import qr_svg, set_paper
from inventory.errors import NotFound, RuleBroken
from inventory.jobs.attempts import Attempt
from inventory.jobs.commands import enqueue
from inventory.jobs.models import Job
from inventory.lifecycle import Actor, Word

# As many as a person waits for: set at once, in the request.
AT_ONCE: Final = 50
# Letters in one volume: below 200 MB while it is set.
VOLUME: Final = 250


def letter_of(request: Request) -> bytes:
    """The letter of a request's latest decision as a tagged PDF. Refuses NotFound: nothing decided, or destroyed."""
    decision = _decisions().filter(request=request).order_by("-id").first()
    if decision is None:
        raise NotFound(_("Request %(reference)s has no decision yet."), reference=request.reference)
    if not request.purpose:
        raise NotFound(
            gettext_lazy("Request %(reference)s was destroyed by an elimination list."), reference=request.reference
        )
    return letters_pdf([decision])


def letters_of(number: str, actor: Actor) -> list[Decision]:
    """The decisions of a round in the order of their numbers. Refuses: NotAllowed; NotFound; RuleBroken (none)."""
    require(actor, Word.READ_REQUESTS)
    # Of a destroyed request there is nothing left to tell.
    living = _decisions().exclude(request__purpose="")
    found = living.filter(round=round_numbered(number)).exclude(request__association__in=interests_of(actor))
    made = list(found.order_by("number"))
    if not made:
        raise RuleBroken(_("Nothing of round %(number)s is decided yet."), number=number)
    return made


@transaction.atomic
def write_decision_letter(decision: Decision, *, actor: Actor) -> Letter:
    """Write a decision as a letter that waits to be posted or told, or stands on the association's page at once.

    Inside the deed that decides, which has checked that `actor` may; what it says is kept as it is today.
    """
    told = _told(decision)
    return write_letter(
        decision.request.association,
        actor=actor,
        kind="decision",
        request=decision.request,
        title=told["subject"],
        paragraphs=[told["opening"], *told["reasons"]],
        decision=told,
    )


def letters_that_wait(found: Round) -> dict[str, int]:
    """How many letters about a round's decisions are still to be posted, and to be told by telephone, by way."""
    waiting = Letter.objects.filter(kind="decision", sent_at__isnull=True, request__decisions__round=found).order_by()
    counted = waiting.values("way").annotate(count=Count("id", distinct=True))
    return {row["way"]: row["count"] for row in counted}


@transaction.atomic
def print_letters(number: str, *, actor: Actor) -> Job:
    """Ask a worker for all letters of a round as PDF volumes in one archive. Refuses: as `letters_of`."""
    numbers = [decision.number for decision in letters_of(number, actor)]
    return enqueue("letters", actor=actor, total=len(numbers), facts={"numbers": numbers})


def set_letters(attempt: Attempt) -> None:
    """The work itself: begun anew it sets the same letters again."""
    spool.lay(attempt.job.code, _volumes(attempt))
    with attempt.closing():
        """The archive stands on the disk; only the end is left to write."""


def letters_pdf(decisions: Sequence[Decision]) -> bytes:
    """Letters as one tagged PDF, each in its association's official language; the same ones give the same bytes."""
    letters = [_letter(decision) for decision in decisions]
    day = timezone.localdate(max(decision.decided_at for decision in decisions))
    head = {"language": letters[0]["language"], "phone": settings.RELAIS_PHONE, "day": [day.year, day.month, day.day]}
    return set_paper("decision", {**head, "letters": letters})


def _volumes(attempt: Attempt) -> Iterator[tuple[str, bytes]]:
    numbers = attempt.job.facts["numbers"]
    for start in range(0, len(numbers), VOLUME):
        attempt.progress(start)
        wanted = numbers[start : start + VOLUME]
        found = list(_decisions().filter(number__in=wanted).order_by("number"))
        yield f"{found[0].number}_{found[-1].number}.pdf", letters_pdf(found)


def _decisions() -> Any:
    found = Decision.objects.select_related("request__association", "round__decision")
    return found.prefetch_related("lines__line")


def _letter(decision: Decision) -> dict[str, Any]:
    body = decision.request.association
    return {
        **_told(decision),
        "address": address_of(body),
        "large": body.large_print,
        "qr": qr_svg(decision.request.reference),
    }


def _told(decision: Decision) -> dict[str, Any]:
    """What the letter says, in the association's official language: all of it but its address and its code."""
    body = decision.request.association
    with translation.override(body.official_language):
        by_organ = getattr(decision.round, "decision", None) if decision.round else None
        return {
            "language": body.official_language,
            "number": decision.number,
            "reference": decision.request.reference,
            "date": formats.date_format(timezone.localtime(decision.decided_at), "j F Y"),
            "subject": str(_SUBJECTS[decision.outcome]),
            "opening": _opening(decision, by_organ),
            "rows": [
                {"kind": str(CATEGORIES[one.line.category]), "asked": one.line.quantity, "granted": one.granted}
                for one in sorted(decision.lines.all(), key=lambda one: one.line.position)
            ],
            "reasons": _paragraphs(decision.reasons),
            "general": _paragraphs(by_organ.reasons) if by_organ else [],
            "next": str(_NEXT[decision.outcome]),
            "refusing": _refusing() if decision.round_id and decision.outcome in {"award", "partial"} else "",
            "organ": str(ORGANS[by_organ.organ]) if by_organ else _("the city, the person who decides on requests"),
        }


_SUBJECTS: Final = {
    "award": gettext_lazy("Your request for equipment is granted"),
    "partial": gettext_lazy("Your request for equipment is granted in part"),
    "waiting": gettext_lazy("Your request for equipment is on the waiting list"),
    "refuse": gettext_lazy("Your request for equipment is refused"),
}
_NEXT: Final = {
    "award": gettext_lazy(
        "We reserve the devices and invite you, by the way you chose, to sign the donation agreement and to fetch them."
    ),
    "partial": gettext_lazy(
        "We reserve the devices and invite you, by the way you chose, to sign the donation agreement and to fetch "
        "them. For the rest you may ask again; what you receive counts in the next rounds."
    ),
    "waiting": gettext_lazy(
        "You need not do anything: your request takes part in the next round, with one round waited. You may change or "
        "withdraw it at any time."
    ),
    "refuse": gettext_lazy("You may ask again when the reason no longer holds. Call us: we help you with it."),
}


def _opening(decision: Decision, by_organ: Any) -> str:
    request = decision.request
    facts = {
        "received": formats.date_format(timezone.localtime(request.received_at), "j F Y"),
        "reference": request.reference,
    }
    if by_organ is None:
        facts["day"] = formats.date_format(timezone.localtime(decision.decided_at), "j F Y")
        return (
            _("We received your request %(reference)s on %(received)s. On %(day)s the city decided on it as follows.")
            % facts
        )
    facts |= {
        "organ": str(ORGANS[by_organ.organ]),
        "day": formats.date_format(by_organ.decided_on, "j F Y"),
        "number": by_organ.number,
    }
    words = _(
        "We received your request %(reference)s on %(received)s. %(organ)s decided on it on %(day)s "
        "(decision %(number)s), as follows."
    )
    return words % facts


def _refusing() -> str:
    """What it means to refuse what was granted, told before anybody does (allocation §5)."""
    return _(
        "A device refused without good reason (other than asked for, defective) counts as half a device in the next "
        "round; the second time, your line is closed."
    )


def _paragraphs(text: str) -> list[str]:
    return [part.strip() for part in text.split("\n\n") if part.strip()]
