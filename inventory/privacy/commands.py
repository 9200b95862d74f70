"""What is done about people's data: a request logged, answered, and each act that it asks for, told by the ledger."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.associations.commands import searched
from inventory.associations.models import Association, Contact
from inventory.devices.gatekeepers import require
from inventory.documents.commands import next_number
from inventory.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from inventory.ledger.commands import Deed, next_seq, record
from inventory.ledger.erasing import forget_payload, forget_person
from inventory.ledger.models import PrivatePayload
from inventory.lifecycle import Actor, Word
from inventory.privacy.models import SubjectRequest
from inventory.privacy.search import KEPT, row_at

KINDS: Final[dict[str, Promise]] = {
    "access": _("See what we hold"),
    "rectify": _("Correct it"),
    "erase": _("Erase it"),
    "restrict": _("Leave it unused for now"),
}
IDENTITIES: Final[dict[str, Promise]] = {
    "account": _("Signed in with their own account"),
    "called_back": _("Called back on a number that we knew"),
    "seen": _("Identity card seen at the counter, not copied"),
    "letter": _("Answer goes to the address that we knew"),
}
OUTCOMES: Final[dict[str, Promise]] = {
    "done": _("Done as asked"),
    "partly": _("Done in part"),
    "refused": _("Refused"),
}
GROUNDS: Final[dict[str, Promise]] = {
    "nothing": _("We hold nothing about this person"),
    "unknown": _("We cannot be sure that it is them (GDPR art. 12(6))"),
    "duty": _("A law obliges us to keep it (GDPR art. 17(3)(b))"),
    "archive": _("It is an archive (GDPR art. 17(3)(d))"),
    "claims": _("It is needed for a claim (GDPR art. 17(3)(e))"),
}
CHANNELS: Final = ("online", "counter", "telephone", "post")
# What stands where a name stood in a longer text.
BLANK: Final = "[…]"


@transaction.atomic
def log_request(
    kind: str,
    *,
    actor: Actor,
    name: str,
    reach: str,
    language: str = "fr",
    channel: str = "telephone",
    received_at: dt.datetime | None = None,
    identity: str = "",
) -> SubjectRequest:
    """Log what a person asks about their data; the month runs from its receipt, not from its encoding.

    Refuses: NotAllowed; BadInput (kind, channel, language, identity, no name, no way to answer, a moment to come).
    """
    require(actor, Word.PERSONAL_DATA)
    choices = {"kind": (kind, KINDS), "channel": (channel, CHANNELS), "language": (language, ("fr", "nl"))}
    for field, (value, known) in {**choices, "identity": (identity, ("", *IDENTITIES))}.items():
        if value not in known:
            raise BadInput(_("Choose from the list."), field=field)
    if not name.strip() or not reach.strip():
        raise BadInput(_("Say who asks, and how the answer reaches them."), field="reach" if name.strip() else "name")
    now = timezone.now()
    received = received_at or now
    if received > now:
        raise BadInput(_("This moment has not come yet."), field="received_at")
    made = SubjectRequest(
        number=next_number("Y", timezone.localdate(now)),
        kind=kind,
        channel=channel,
        name=name.strip()[:150],
        reach=reach.strip()[:200],
        language=language,
        identity=identity,
        received_at=received,
        due_on=month_after(timezone.localdate(received)),
        recorded_at=now,
        recorded_by_id=actor.pk,
    )
    _tell(made, "log", actor, {"kind": kind, "channel": channel, "due_on": made.due_on.isoformat()})
    made.save()
    return made


@transaction.atomic
def answer_request(number: str, *, actor: Actor, outcome: str, ground: str = "", identity: str = "") -> SubjectRequest:
    """Say what came of a request; a refusal, whole or in part, names its ground.

    Refuses: NotAllowed; NotFound; Conflict (answered already); BadInput (outcome, ground, nobody knows who it was).
    """
    made = _open(number, actor)
    if outcome not in OUTCOMES:
        raise BadInput(_("Choose from the list."), field="outcome")
    if (outcome == "done") is bool(ground) or (ground and ground not in GROUNDS):
        raise BadInput(_("Name the ground of a refusal, and only of a refusal."), field="ground")
    if identity and identity not in IDENTITIES:
        raise BadInput(_("Choose from the list."), field="identity")
    made.identity = identity or made.identity
    if not made.identity and ground != "unknown":
        raise BadInput(_("Say how you made sure that it is them."), field="identity")
    made.outcome, made.ground, made.answered_at = outcome, ground, timezone.now()
    if made.kind == "erase" and outcome == "done":
        # That it was asked and done stays; who asked goes with the rest.
        made.name = made.reach = BLANK
    _tell(made, "answer", actor, {"outcome": outcome, "ground": ground})
    made.save()
    return made


@transaction.atomic
def rectify(number: str, place: str, value: str, *, actor: Actor) -> SubjectRequest:
    """Put the right text where a wrong one stood (GDPR art. 16); the ledger says where, never what.

    Refuses: NotAllowed; NotFound; Conflict (answered already); RuleBroken (a paper that stays as signed); BadInput.
    """
    made = _open(number, actor)
    row, name = row_at(place)
    label, field = row._meta.label, row._meta.get_field(name)
    if label in KEPT or not isinstance(field, models.CharField) or field.unique:
        raise RuleBroken(_("This stays as it was signed or decided. Put a correction beside it."))
    wanted = value.strip()
    if len(wanted) > (field.max_length or 0) or not (wanted or field.blank):
        raise BadInput(_("This text is too long, or none."), field="value")
    _write(row, name, wanted)
    _tell(made, "rectify", actor, {"fields": {f"{label}.{name}": 1}})
    return made


@transaction.atomic
def erase_places(number: str, places: Sequence[str], *, actor: Actor) -> SubjectRequest:
    """Erase what was found at these places (GDPR art. 17): contact persons and accounts whole, texts where they stand.

    Of longer texts only the words of the person's name go. The ledger says in which fields and how often.
    Refuses: NotAllowed; NotFound; Conflict (answered already); RuleBroken (a paper that stays as signed); BadInput.
    """
    made = _open(number, actor)
    if not places:
        raise BadInput(_("Choose what is to be erased."), field="places")
    words, told = made.name.split(), Counter[str]()
    for place in places:
        try:
            row, name = row_at(place)
        except NotFound:
            continue  # It went with another place of the same list: a contact person has four fields.
        if row._meta.label in KEPT:
            raise RuleBroken(_("This stays as it was signed or decided. Put a correction beside it."))
        _erase(row, name, words, actor)
        told[f"{row._meta.label}.{name}"] += 1
    _forget_answers(words)
    _tell(made, "erase", actor, {"fields": dict(told)})
    return made


@transaction.atomic
def restrict(number: str, place: str, *, actor: Actor, lift: bool = False) -> SubjectRequest:
    """Let a contact person or an account rest: kept, but neither shown nor used (GDPR art. 18); `lift` ends that.

    Refuses: NotAllowed; NotFound; Conflict (answered already); RuleBroken (what cannot rest by itself).
    """
    made = _open(number, actor)
    row, _name = row_at(place)
    if isinstance(row, Contact):
        row.restricted_since = None if lift else timezone.now()
        row.save(update_fields=["restricted_since"])
    elif isinstance(row, get_user_model()):
        if row.pk == actor.pk:
            raise Conflict(_("You cannot restrict yourself. Ask a colleague."))
        row.is_active = lift
        row.save(update_fields=["is_active"])
    else:
        raise RuleBroken(_("Only contact persons and accounts can rest. Erase or correct the others."))
    _tell(made, "lift" if lift else "restrict", actor, {"table": row._meta.label})
    return made


def month_after(day: dt.date) -> dt.date:
    """The same day of the next month, or its last one: the clock of GDPR art. 12(3)."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _open(number: str, actor: Actor) -> SubjectRequest:
    if not actor.holds(Word.ERASE):
        raise NotAllowed(_("Only the data protection officer acts on people's data."))
    made = SubjectRequest.objects.select_for_update().filter(number=number.strip().upper()).first()
    if made is None:
        raise NotFound(_("There is no request %(number)s."), number=number)
    if made.answered_at:
        raise Conflict(_("Request %(number)s is answered already. Log a new one."), number=made.number)
    return made


def _tell(made: SubjectRequest, event: str, actor: Actor, facts: dict[str, Any]) -> None:
    seq = next_seq("privacy", made.number)
    record(Deed(f"privacy.{event}", "privacy", made.number, seq, facts=facts), actor=actor)


def _erase(row: Any, name: str, words: list[str], actor: Actor) -> None:
    if isinstance(row, PrivatePayload):
        entry = row.entry
        forget_payload(entry.subject_kind, entry.subject_key, entry.subject_seq, actor=actor, reason="asked")
    elif isinstance(row, get_user_model()):
        if row.username != row.key:
            forget_person(row.key, actor=actor, reason="asked")
    elif isinstance(row, Contact) or row._meta.label == "account.EmailAddress":
        row.delete()
    else:
        _write(row, name, _without(getattr(row, name), words))


def _write(row: Any, name: str, value: Any) -> None:
    setattr(row, name, value)
    if isinstance(row, Association):
        row.search = searched(row)
        row.save(update_fields=[name, "search"])
    else:
        row.save(update_fields=[name])


def _without(value: Any, words: list[str]) -> Any:
    """A text without these words, whatever their case; lists and objects in all their parts."""
    if isinstance(value, dict):
        return {_without(key, words): _without(one, words) for key, one in value.items()}
    if isinstance(value, list):
        return [_without(one, words) for one in value]
    if not isinstance(value, str):
        return value
    for word in words:
        start = value.casefold().find(word.casefold())
        while start >= 0 and len(value.casefold()) == len(value):
            value = value[:start] + BLANK + value[start + len(word) :]
            start = value.casefold().find(word.casefold())
        if start >= 0:
            return BLANK  # A text whose letters fold to several: it goes whole.
    return value


def _forget_answers(words: list[str]) -> None:
    """Answers kept for a day to be given again may repeat what was erased."""
    from django.apps import apps

    remembered = apps.get_model("accounts", "RememberedAnswer")._default_manager
    gone = [
        one.pk
        for one in remembered.only("pk", "body").iterator()
        if any(word.casefold() in bytes(one.body).decode("utf-8", "replace").casefold() for word in words)
    ]
    remembered.filter(pk__in=gone).delete()
