"""What came before the closing and is typed in after it: taken into the round while the post has time, never lost."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from inventory.allocation.models import Round
from inventory.allocation.pools import POOLS
from inventory.allocation.queries import missed_pools, round_taking
from inventory.associations.commands import enter_request
from inventory.associations.letters import write_letter
from inventory.associations.models import Request
from inventory.lifecycle import Actor


@transaction.atomic
def take_in(*, actor: Actor, **facts: Any) -> Request:
    """Enter a request as `enter_request` does; one that is typed in after a closing it preceded gets a second letter.

    Before the freeze it takes part in that round all the same; after it, it takes part in the next one with its date,
    and the round it missed counts as one it waited. Refuses: as `enter_request`.
    """
    made = enter_request(actor=actor, **facts)
    passed = Round.objects.filter(closes_at__gt=made.received_at, closes_at__lte=made.recorded_at)
    if passed.exists():
        _tell(made, actor)
    return made


def _tell(made: Request, actor: Actor) -> None:
    """The letter that says in which round a request takes part that was typed in after the closing."""
    taking, missed = round_taking(made), list(missed_pools(made))
    in_time = taking is not None and taking.closes_at <= made.recorded_at
    if not missed and not in_time:
        return
    with translation.override(made.association.official_language):
        said = [_("Your request bears a date from before the closing. We typed it in only after it.")]
        if in_time:
            said.append(
                _(
                    "It takes part in that round all the same: whoever posts in time loses nothing because the post is "
                    "slow."
                )
            )
        if missed:
            said.append(
                _(
                    "What that round is decided on was frozen by then, and its fingerprint published, so that nobody "
                    "can change it. Your request takes part in the next round. It keeps its date, and the round it "
                    "missed counts as one it has waited."
                )
            )
        rows = [
            (_("Date of your request"), f"{timezone.localtime(made.received_at):%d/%m/%Y}"),
            (_("Typed in"), f"{timezone.localtime(made.recorded_at):%d/%m/%Y %H:%M}"),
            *((_("Round it missed"), f"{one.round.number} · {POOLS[one.pool][0]}") for one in missed),
            (_("Takes part in"), taking.number if taking else _("the next round that opens")),
        ]
        write_letter(
            made.association,
            actor=actor,
            kind="late_entry",
            request=made,
            title=_("In which round your request takes part"),
            paragraphs=said,
            rows=rows,
        )
