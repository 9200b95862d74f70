"""Forgetting people without forgetting deeds: private payloads, and the person behind an actor's key.

The entry keeps its commitment, and its key a name for nobody; what is erased is told by an entry of its own, so that
nobody takes a gap for a manipulation (GDPR art. 17; EDPB Guidelines 02/2025 on blockchains).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.errors import BadInput, Conflict, NotAllowed, NotFound
from inventory.ledger.commands import Deed, next_seq, record, record_all
from inventory.ledger.models import Entry, PrivatePayload
from inventory.ledger.rows import among
from inventory.lifecycle import Actor, Word

REASONS: Final[dict[str, Promise]] = {
    "asked": _("the person asked for it"),
    "term": _("the term of keeping is over"),
    "mistake": _("it should not have been written"),
}


@transaction.atomic
def forget_payload(kind: str, key: str, seq: int, *, actor: Actor, reason: str) -> Entry:
    """Erase what an entry may not say openly, with its salt; a tombstone says which entry, when and why. Returns that.

    Without the salt nobody can try out what the commitment was made of. Refuses: NotAllowed; BadInput (reason);
    NotFound; Conflict (there was nothing, or it is erased already).
    """
    _may(actor, reason)
    entry = Entry.objects.filter(subject_kind=kind, subject_key=key, subject_seq=seq).first()
    if entry is None:
        raise NotFound(_("The ledger has no such entry."), key=key)
    gone, _kinds = PrivatePayload.objects.filter(entry=entry).delete()
    if not gone:
        raise Conflict(_("Entry %(seq)s of %(key)s keeps nothing apart, or it was erased already."), key=key, seq=seq)
    facts = {"kind": kind, "key": key, "seq": seq, "reason": reason}
    number = str(entry.pk)
    return record(Deed("erasure.forget", "erasure", number, next_seq("erasure", number), facts=facts), actor=actor)


@transaction.atomic
def forget_payloads(kind: str, keys: Iterable[str], *, actor: Actor, reason: str) -> int:
    """Erase what all entries about these things keep apart, a tombstone for each as `forget_payload` writes it.

    Returns how many. Refuses: NotAllowed; BadInput (reason).
    """
    _may(actor, reason)
    found = Entry.objects.filter(among("subject_key", keys), subject_kind=kind, private__isnull=False).order_by("id")
    subjects = list(found.values_list("pk", "subject_key", "subject_seq"))
    PrivatePayload.objects.filter(among("entry_id", [pk for pk, _key, _seq in subjects])).delete()
    # A payload is erased once: its tombstone is always the first of its entry.
    return record_all(
        (
            Deed(
                "erasure.forget",
                "erasure",
                str(pk),
                1,
                facts={"kind": kind, "key": key, "seq": seq, "reason": reason},
            )
            for pk, key, seq in subjects
        ),
        actor=actor,
    )


@transaction.atomic
def forget_person(key: str, *, actor: Actor, reason: str) -> Entry:
    """Erase the person behind an actor's key: name, address and ways to sign in. The key stays, and names nobody.

    Refuses: NotAllowed; BadInput (reason); NotFound; Conflict (oneself, or erased already).
    """
    _may(actor, reason)
    person: Any = get_user_model().objects.select_for_update().filter(key=key).first()
    if person is None:
        raise NotFound(_("Nobody acts under the key %(key)s."), key=key)
    if person.pk == actor.pk:
        raise Conflict(_("You cannot erase yourself. Ask a colleague."))
    if person.username == person.key:
        raise Conflict(_("The person behind %(key)s is erased already."), key=key)
    person.username, person.first_name, person.last_name, person.email = person.key, "", "", ""
    person.pin_hash, person.is_active = "", False
    person.set_unusable_password()
    person.save()
    person.api_tokens.all().delete()
    deed = Deed("person.forget", "person", key, next_seq("person", key), facts={"reason": reason})
    return record(deed, actor=actor)


def _may(actor: Actor, reason: str) -> None:
    if not actor.holds(Word.ERASE):
        raise NotAllowed(_("Only the data protection officer erases."))
    if reason not in REASONS:
        raise BadInput(_("Choose a reason for erasing."), field="reason")
