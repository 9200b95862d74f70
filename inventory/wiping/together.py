"""A pallet's worth of one act: verify or validate many storage media at once, all of them or none."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from inventory.devices.tags import grouped
from inventory.errors import BadInput, NotAllowed, Refusal, RuleBroken
from inventory.lifecycle import Actor
from inventory.wiping.commands import validate, verify
from inventory.wiping.models import Sanitisation

# More than this is not a pallet somebody has looked at.
MOST = 200


@transaction.atomic
def verify_all(codes: Iterable[str], *, actor: Actor, how: str) -> int:
    """Verify many media in the same way; returns how many. Refuses as `verify` does, naming the first that cannot."""
    return _all(codes, lambda code: verify(code, actor=actor, how=how))


@transaction.atomic
def validate_all(codes: Iterable[str], *, actor: Actor, exception_reference: str = "") -> int:
    """Validate many media by the same decision; a certificate each. Returns how many.

    The reference of the exception stands with those that reached Clear only. Refuses as `validate` does, naming the
    first that cannot; BadInput (none picked, or more than 200).
    """
    return _all(codes, lambda code: validate(code, actor=actor, exception_reference=exception_reference))


def _all(codes: Iterable[str], act: Callable[[str], Sanitisation]) -> int:
    wanted = list(dict.fromkeys(codes))
    if not 0 < len(wanted) <= MOST:
        raise BadInput(_("Pick 1 to %(most)s storage media."), most=MOST, field="code")
    refused: list[tuple[str, str]] = []
    for code in wanted:
        try:
            act(code)
        except NotAllowed:
            raise
        except Refusal as refusal:
            refused.append((code, str(refusal)))
    if refused:
        raise RuleBroken(
            _("Nothing was changed: %(refused)s of %(count)s storage media cannot be taken. %(first)s"),
            refused=len(refused),
            count=len(wanted),
            first=" ".join(f"{grouped(code)}: {why}" for code, why in refused[:5]),
            codes=[code for code, _why in refused],
        )
    return len(wanted)
