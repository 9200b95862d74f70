"""Witnesses outside: whoever keeps our checkpoints and signs them, and what comes back from them.

A witness needs a file and the script `verify_checkpoint.py`: no account, no network. What it signs, we can no longer
take back without its saying so.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.errors import BadFile, BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from inventory.ledger import kept
from inventory.ledger.canonical import commitment
from inventory.ledger.checkpoints import public_keys
from inventory.ledger.commands import Deed, next_seq, record, seal
from inventory.ledger.growth import sealed_size
from inventory.ledger.models import Checkpoint, Cosignature, Witness
from inventory.ledger.notes import COSIGNATURE, MOST_BYTES, Note, moment_of, parse_key, parse_note, signature_by
from inventory.lifecycle import Actor, Word


@dataclass(frozen=True, slots=True)
class Received:
    """What a note that came back says: its size, and the names of the witnesses whose signatures were kept now.

    `known`: whose we had; `late`: whose key was withdrawn before the note came, and whose signature is not kept.
    """

    size: int
    kept: list[str]
    known: list[str]
    late: list[str]


WITHDRAWN: Final[dict[str, Promise]] = {
    "left": _("the witness no longer takes part"),
    "lost": _("the key was lost"),
    "stolen": _("the key may be in other hands"),
}


@transaction.atomic
def register_witness(key: str, *, actor: Actor) -> Witness:
    """Register a witness by its public key: one line `name+id+key` for cosignatures, as the script prints it.

    Refuses: NotAllowed; BadInput (no such key); Conflict (registered already).
    """
    _may(actor)
    try:
        parsed = parse_key(key)
    except ValueError:
        parsed = None
    if parsed is None or parsed.kind != COSIGNATURE:
        raise BadInput(_("This is no public key of a witness: paste the line that the script prints."), field="key")
    if Witness.objects.filter(key_id=parsed.key_id).exists():
        raise Conflict(_("This witness is registered already."))
    facts = {"sha256": commitment("", parsed.text())}
    deed = Deed("witness.register", "witness", parsed.key_id, next_seq("witness", parsed.key_id), facts=facts)
    record(deed, actor=actor)
    return Witness.objects.create(
        name=parsed.name,
        key_id=parsed.key_id,
        key=parsed.text(),
        registered_at=timezone.now(),
        registered_by_id=actor.pk,
    )


@transaction.atomic
def withdraw_witness(key_id: str, *, actor: Actor, reason: str) -> Witness:
    """Keep nothing more that this key signs; what it signed before stays valid. A code of `WITHDRAWN` says why.

    Refuses: NotAllowed; NotFound; BadInput (reason); Conflict (withdrawn already).
    """
    _may(actor)
    if reason not in WITHDRAWN:
        raise BadInput(_("Say why the key is withdrawn."), field="reason")
    found = Witness.objects.select_for_update().filter(key_id=key_id.lower()).first()
    if found is None:
        raise NotFound(_("No witness has the key %(key_id)s."), key_id=key_id)
    if found.withdrawn_at is not None:
        raise Conflict(_("The key of %(name)s was withdrawn already."), name=found.name)
    deed = Deed(
        "witness.withdraw", "witness", found.key_id, next_seq("witness", found.key_id), facts={"reason": reason}
    )
    record(deed, actor=actor)
    found.withdrawn_at, found.withdrawn_why = timezone.now(), reason
    found.save(update_fields=["withdrawn_at", "withdrawn_why"])
    return found


@transaction.atomic
def receive_note(text: str, *, actor: Actor) -> Received:
    """Compare a checkpoint that comes back from outside with the ledger, and keep the cosignatures under it.

    Refuses: NotAllowed; BadFile (no checkpoint, another ledger's, not signed by us); RuleBroken (the ledger no longer
    holds what the note says; the note is kept outside the database, so that the alarm stays).
    """
    _may(actor)
    note = _ours(text)
    seal()
    wrong = kept.contradiction(note, sealed_size())
    if wrong:
        # Not with the transaction, which the refusal takes back: a file, and it stays.
        kept.keep(kept.WITNESSED, text)
        raise RuleBroken(kept.SENTENCES[wrong], known=note.size, here=sealed_size())
    checkpoint = Checkpoint.objects.filter(size=note.size).order_by("id").first()
    if checkpoint is None:
        raise BadFile(_("We have no checkpoint of %(size)s entries, although the ledger agrees."), size=note.size)
    known, new, late = [], [], []
    for witness in Witness.objects.all():
        signature = signature_by(note, parse_key(witness.key))
        if signature is None:
            continue
        if Cosignature.objects.filter(checkpoint=checkpoint, witness=witness).exists():
            known.append(witness.name)
            continue
        if witness.withdrawn_at is not None:
            # When it signed is what it says itself: whoever holds a stolen key says what they like.
            late.append(witness.name)
            continue
        line = signature.line()
        facts = {"size": note.size, "root": note.root, "sha256": commitment("", line)}
        deed = Deed("witness.cosign", "witness", witness.key_id, next_seq("witness", witness.key_id), facts=facts)
        record(deed, actor=actor)
        Cosignature.objects.create(
            checkpoint=checkpoint,
            witness=witness,
            line=line,
            signed_at=dt.datetime.fromtimestamp(min(moment_of(signature.value), 4_102_444_800), tz=dt.UTC),
            received_at=timezone.now(),
            received_by_id=actor.pk,
        )
        new.append(witness.name)
    if new:
        transaction.on_commit(lambda: kept.keep(kept.WITNESSED, note.text()))
    return Received(note.size, new, known, late)


def witnesses(actor: Actor) -> QuerySet[Witness]:
    """Who is registered. Refuses NotAllowed."""
    _may(actor)
    return Witness.objects.all()


def _ours(text: str) -> Note:
    try:
        note = parse_note(text[:MOST_BYTES])
    except ValueError as problem:
        raise BadFile(_("This is no checkpoint: three lines, an empty one, and signatures."), field="note") from problem
    if note.origin != settings.RELAIS_CHECKPOINT_ORIGIN:
        raise BadFile(_("This is a checkpoint of another ledger: %(origin)s."), field="note", origin=note.origin)
    if not any(signature_by(note, parse_key(key)) for key, _since in public_keys()):
        raise BadFile(
            _("None of our keys signed this checkpoint: it is forged, or signed with a stolen or forgotten key."),
            field="note",
        )
    return note


def _may(actor: Actor) -> None:
    if not actor.holds(Word.AUDIT):
        raise NotAllowed(_("Only auditors keep what witnesses sign."))
