"""Checkpoints: signed statements of how many entries there are and of their root, made each night and when asked."""

from __future__ import annotations

import datetime as dt
import logging
from email.utils import formatdate

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.errors import BadInput, NotAllowed, NotFound, Refusal, RuleBroken
from inventory.ledger import kept
from inventory.ledger.commands import Deed, next_seq, record, seal
from inventory.ledger.growth import root_at, sealed_size
from inventory.ledger.keys import Signer, replace_key, signer
from inventory.ledger.models import Checkpoint, CheckpointMail, Unsealed
from inventory.ledger.notes import Note
from inventory.lifecycle import Actor, TheHouse, Word

# An entry that has waited so long for its leaf is an alarm (it is sealed right after its commit).
SEALED_WITHIN = dt.timedelta(seconds=2)
logger = logging.getLogger(__name__)


@transaction.atomic
def make_checkpoint(*, actor: Actor, occasion: str = "asked") -> Checkpoint:
    """Sign the size and root of the ledger as it is sealed now; the same again when nothing was added since.

    Refuses: NotAllowed; RuleBroken (the ledger contradicts a checkpoint that was given out: signing another would
    hide it, and C2SP tlog-checkpoint forbids it).
    """
    if not (actor.holds(Word.AUDIT) or actor.holds(Word.ADMINISTER) or isinstance(actor, TheHouse)):
        raise NotAllowed(_("Only auditors and administrators ask for a checkpoint."))
    seal()
    return _signed(actor, occasion, [signer()])


def checkpoint_for_paper(*, actor: Actor) -> Checkpoint:
    """A checkpoint of what is sealed already, for a paper that is just being made; within that paper's transaction.

    Refuses (RuleBroken) as `make_checkpoint` does.
    """
    return _signed(actor, "agreement", [signer()])


@transaction.atomic
def rotate_key(*, actor: Actor) -> Checkpoint:
    """Put a new key in the place of the old one, and sign a checkpoint with both, so that trust passes on.

    Refuses: NotAllowed; RuleBroken. Raises ImproperlyConfigured when the key comes from the environment.
    """
    if not actor.holds(Word.ADMINISTER):
        raise NotAllowed(_("Only administrators change the key."))
    seal()
    _check_memory()
    old, new = replace_key()
    key_id = new.key.key_id
    record(
        Deed("checkpoint.rotate", "key", key_id, next_seq("key", key_id), facts={"old": old.key.text()}), actor=actor
    )
    seal()
    return _signed(actor, "rotation", [new, old])


@transaction.atomic
def accept_restore(*, actor: Actor) -> Checkpoint:
    """Say openly that the ledger is another than its kept checkpoints know: an entry with both, and a new beginning.

    The kept notes stay beside, under names with the day; whoever holds an old checkpoint still sees the break.
    Refuses: NotAllowed; RuleBroken (nothing is lost).
    """
    if not actor.holds(Word.ADMINISTER):
        raise NotAllowed(_("Only administrators accept a ledger that was put back."))
    seal()
    lost = kept.loss()
    if lost is None:
        raise RuleBroken(_("Nothing is lost: the ledger agrees with its kept checkpoints."))
    facts = {"kind": lost.kind, "known_size": lost.kept.size, "known_root": lost.kept.root, "size": lost.size}
    deed = Deed("ledger.restore", "ledger", "ledger", next_seq("ledger", "ledger"), facts=facts)
    record(deed, actor=actor)
    kept.set_aside(timezone.localdate())
    seal()
    return _signed(actor, "restored", [signer()])


def nightly() -> Checkpoint | None:
    """Make the day's checkpoint and mail it, once a day; for the worker, which asks each minute.

    None when there is nothing to do: today's stands and is mailed, nothing was added since the last one, or the ledger
    has lost entries (the alarm says so). What hinders it is logged and tried again: the worker has other work to do.
    """
    seal()
    size = sealed_size()
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    try:
        found = Checkpoint.objects.filter(occasion="nightly", made_at__gte=midnight).first()
        found = found or Checkpoint.objects.filter(size=size).first()
        if not size or kept.loss() or (found and not _to_mail(found)):
            return None
        found = found or make_checkpoint(actor=TheHouse(), occasion="nightly")
        send_checkpoint(found, actor=TheHouse())
    except (Refusal, ImproperlyConfigured, OSError):
        logger.exception("The checkpoint of the night could not be made")
        return None
    return found


@transaction.atomic
def send_checkpoint(checkpoint: Checkpoint, *, actor: Actor) -> int:
    """Mail a checkpoint to the auditors of the settings, after the commit; to how many. It is mailed once.

    Nobody, when there are no addresses or mail is only written to the log: it then waits in the list to print.
    Refuses NotAllowed.
    """
    if not (actor.holds(Word.AUDIT) or actor.holds(Word.ADMINISTER) or isinstance(actor, TheHouse)):
        raise NotAllowed(_("Only auditors and administrators ask for a checkpoint."))
    if not _to_mail(checkpoint):
        return 0
    addresses = list(settings.RELAIS_AUDITORS)
    subject = _("Checkpoint of %(size)s entries") % {"size": checkpoint.size}
    words = _("Keep this file outside the city's systems. Whoever changes the ledger afterwards can be shown it.")
    mail = EmailMessage(str(subject), f"{words}\n\n{checkpoint.note}", to=addresses, headers={"Date": formatdate()})
    mail.attach(note_name(checkpoint), checkpoint.note, "text/plain")

    def leave() -> None:
        mail.send()
        CheckpointMail.objects.create(checkpoint=checkpoint, sent_at=timezone.now(), addresses=len(addresses))

    # What could not leave is not noted as sent: the worker tries again.
    transaction.on_commit(leave, robust=True)
    return len(addresses)


def mail_is_set_up() -> bool:
    """Whether a checkpoint can leave by mail."""
    return bool(settings.RELAIS_AUDITORS) and "console" not in settings.EMAIL_BACKEND


def checkpoints(actor: Actor) -> QuerySet[Checkpoint]:
    """Every checkpoint, the newest first. Refuses NotAllowed."""
    _auditor(actor)
    return Checkpoint.objects.prefetch_related("cosignatures__witness").select_related("mail").order_by("-id")


def checkpoint_of(size: int, actor: Actor) -> Checkpoint:
    """The newest checkpoint of so many entries. Refuses: NotAllowed; NotFound."""
    found = checkpoints(actor).filter(size=size).first()
    if found is None:
        raise NotFound(_("There is no checkpoint of %(size)s entries."), size=size)
    return found


def newest(actor: Actor) -> Checkpoint:
    """The checkpoint that covers most. Refuses: NotAllowed; NotFound."""
    found = checkpoints(actor).order_by("-size", "-id").first()
    if found is None:
        raise NotFound(_("There is no checkpoint yet: make one."))
    return found


def to_print(actor: Actor) -> Checkpoint | None:
    """The checkpoint that waits to be printed, signed and filed: the newest, where none leaves by mail."""
    found = checkpoints(actor).filter(occasion__in=["nightly", "asked", "rotation", "restored"]).first()
    return None if mail_is_set_up() or found is None else found


def with_cosignatures(checkpoint: Checkpoint) -> str:
    """The note with every cosignature that has come in."""
    return checkpoint.note + "".join(f"{one.line}\n" for one in checkpoint.cosignatures.all())


def note_name(checkpoint: Checkpoint) -> str:
    """The name of its file."""
    return f"checkpoint-{checkpoint.size}.note"


def public_keys() -> list[tuple[str, dt.datetime | None]]:
    """Every public key that has signed, the one in use first, and since when. For everybody."""
    current = signer().key.text()
    found: dict[str, dt.datetime | None] = {current: None}
    for key, made_at in Checkpoint.objects.order_by("id").values_list("key", "made_at"):
        found[key] = found.get(key) or made_at
    return list(found.items())


def overdue() -> dt.timedelta | None:
    """How long the oldest entry without a leaf has waited, when that is too long; None when all is well."""
    oldest = Unsealed.objects.order_by("recorded_at").values_list("recorded_at", flat=True).first()
    waited = timezone.now() - oldest if oldest else dt.timedelta()
    return waited if waited > SEALED_WITHIN else None


def earlier_and_later(first: int, second: int, actor: Actor) -> tuple[Checkpoint, Checkpoint]:
    """Two checkpoints in the order of their sizes. Refuses: NotAllowed; NotFound; BadInput (the same one twice)."""
    if first == second:
        raise BadInput(_("Choose two checkpoints of different sizes."), field="second")
    return checkpoint_of(min(first, second), actor), checkpoint_of(max(first, second), actor)


def _to_mail(checkpoint: Checkpoint) -> bool:
    return mail_is_set_up() and not CheckpointMail.objects.filter(checkpoint=checkpoint).exists()


def _check_memory() -> None:
    lost = kept.loss()
    if lost:
        raise RuleBroken(lost.sentence, **lost.facts)
    last = Checkpoint.objects.order_by("-id").first()
    if last and kept.contradiction(Note(last.origin, last.size, last.root), sealed_size()):
        raise RuleBroken(kept.SENTENCES["rewritten"], known=last.size, here=sealed_size())


def _signed(actor: Actor, occasion: str, signers: list[Signer]) -> Checkpoint:
    size = sealed_size()
    there = Checkpoint.objects.filter(size=size, key=signers[0].key.text()).first()
    if there and not kept.loss():
        return there
    if occasion != "restored":
        _check_memory()
    note = Note(settings.RELAIS_CHECKPOINT_ORIGIN, size, root_at(size).hex())
    for one in signers:
        note = one.signed(note)
    text = note.text()
    checkpoint, _fresh = Checkpoint.objects.get_or_create(
        size=size,
        key=signers[0].key.text(),
        defaults={
            "origin": note.origin,
            "root": note.root,
            "note": text,
            "occasion": occasion,
            "made_at": timezone.now(),
            "made_by_id": actor.pk,
        },
    )
    transaction.on_commit(lambda: kept.keep(kept.LAST, text))
    return checkpoint


def _auditor(actor: Actor) -> None:
    if not actor.holds(Word.AUDIT):
        raise NotAllowed(_("Only auditors read the ledger's checkpoints."))
