"""The two signatures under a change of hands: drawn on the screen, by the second person's PIN, or on paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.translation import gettext_lazy as _

from inventory.collection.models import CustodyHandover, CustodySignature, Side, SignedHow
from inventory.documents.commands import store_file
from inventory.errors import BadInput, RuleBroken
from inventory.lifecycle import Actor


class Signer(Actor, Protocol):
    """A colleague who may confirm with a PIN."""

    def confirm_pin(self, pin: str) -> None:
        """Refuse (BadInput, Conflict) a wrong PIN, none chosen, or too many tries."""
        ...


@dataclass(frozen=True, slots=True)
class Signature:
    """How one of the two signs. Somebody without an account is a `function`; `picture` is bytes and a file name."""

    how: SignedHow
    person: Any = None
    function: str = ""
    picture: tuple[bytes, str] | None = None


def by_account(actor: Actor) -> Signature:
    """Whoever is signed in and does the deed."""
    return Signature(SignedHow.ACCOUNT, actor)


def by_pin(person: Signer, pin: str) -> Signature:
    """A colleague signs on somebody else's phone with a PIN. Call it before the command, outside its transaction.

    A wrong PIN must be counted even though nothing else happens. Refuses: BadInput (wrong, none chosen); Conflict
    (too many tries).
    """
    person.confirm_pin(pin)
    return Signature(SignedHow.PIN, person)


def drawn(picture: bytes, *, person: Actor | None = None, function: str = "") -> Signature:
    """A signature drawn on the screen, as a PNG picture."""
    return Signature(SignedHow.DRAWN, person, function, (picture, "signature.png"))


def on_paper(*, person: Actor | None = None, function: str = "") -> Signature:
    """Signed on the printed manifest, whose photo or scan is kept with the change of hands, now or later."""
    return Signature(SignedHow.PAPER, person, function)


def check_two(released: Signature, received: Signature, actor: Actor) -> None:
    """Refuse what is no two signatures: one person for both (RuleBroken), nobody named (BadInput)."""
    if released.person is None and not released.function.strip():
        raise BadInput(_("Say who releases the devices: their function."), field="released_function")
    if received.person is None:
        raise BadInput(_("Say who receives the devices."), field="received_by")
    if released.person is not None and released.person.pk == received.person.pk:
        raise RuleBroken(_("Two people sign a change of hands: the one who releases cannot also receive."))
    for one in (released, received):
        if one.how is SignedHow.ACCOUNT and one.person.pk != actor.pk:
            raise RuleBroken(_("Only who is signed in signs by being signed in."))
        if one.how is SignedHow.DRAWN and not (one.picture and one.picture[0]):
            raise BadInput(_("The drawn signature is missing. Draw it again."), field="drawn")


def sign(handover: CustodyHandover, side: Side, given: Signature, actor: Actor) -> None:
    """Put one signature under a change of hands, inside its command's transaction."""
    CustodySignature.objects.create(
        handover=handover,
        side=side,
        how=given.how,
        person_id=given.person.pk if given.person is not None else None,
        function=given.function.strip()[:100],
        drawing=store_file(*given.picture, actor=actor) if given.picture else None,
        signed_at=handover.occurred_at,
    )
