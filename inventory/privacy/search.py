"""Everything we hold about a person, found by name, address or number over all declared fields (GDPR art. 15)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any, Final

from django.apps import apps
from django.core import signing
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from inventory.errors import BadInput, NotAllowed, NotFound
from inventory.lifecycle import Actor, Word
from inventory.privacy.fields import declared

# So many of each field: who is named more often is looked for more exactly.
MOST = 200
SHORTEST = 3
# Secrets and what lives for a day: not shown, and gone by themselves (`inventory/privacy/terms.py`).
_UNREAD: Final = {"accounts.User": {"password", "pin_hash"}, "sessions.Session": {"session_data"}}
# Decisions, agreements and changes of hands stay as they were signed (GDPR art. 17(3)(b) and (d)).
KEPT: Final = {
    "inventory.Decision",
    "inventory.RoundDecision",
    "inventory.Eligibility",
    "inventory.Pin",
    "inventory.Agreement",
    "inventory.CustodyHandover",
    "inventory.CustodySignature",
    # Goes when an erasure is answered, or its own term is over.
    "inventory.SubjectRequest",
}


@dataclass(frozen=True, slots=True)
class Hit:
    """A value that names the person: which processing, table and field; `place` is how acts name it."""

    processing: str
    table: str
    field: str
    text: str
    place: str
    kept: bool
    # Whether one text can be put in its place.
    correctable: bool
    # A contact person or an account: whether it rests now; None for what cannot rest, and for its other fields.
    restricted: bool | None


def search_person(text: str, actor: Actor) -> list[Hit]:
    """Every declared field that holds all words of `text`, whatever its case.

    Refuses: NotAllowed (anybody but the data protection officer); BadInput (too short to mean somebody).
    """
    if not actor.holds(Word.ERASE):
        raise NotAllowed(_("Only the data protection officer searches for people."))
    words = text.split()
    if len("".join(words)) < SHORTEST:
        raise BadInput(_("Type at least %(least)s letters of the name, the address or the number."), least=SHORTEST)
    return list(found(words))


def found(words: list[str]) -> Iterator[Hit]:
    """The hits of `search_person`, for whoever has the right already."""
    for model, name, processing in declared():
        field: Any = model._meta.get_field(name)
        label = model._meta.label
        if field.is_relation or isinstance(field, models.BinaryField) or name in _UNREAD.get(label, set()):
            continue
        rows: Any = model._default_manager.annotate(_as_text=Cast(name, models.TextField()))
        for row in rows.filter(_holds(words)).order_by("pk")[:MOST]:
            value = getattr(row, name)
            yield Hit(
                processing,
                label,
                name,
                value if isinstance(value, str) else json.dumps(value, ensure_ascii=False),
                signing.dumps([label, row.pk, name], salt="privacy", compress=True),
                label in KEPT,
                isinstance(field, models.CharField) and label not in KEPT and not field.unique,
                _rests(row) if name in {"name", "username"} else None,
            )


def row_at(place: str) -> tuple[Any, str]:
    """The row and the field that a place means. Refuses (NotFound) what we did not write, or what is gone."""
    try:
        label, pk, name = signing.loads(place, salt="privacy")
    except signing.BadSignature:
        raise NotFound(_("There is nothing at this place. Search again.")) from None
    row = apps.get_model(label)._default_manager.filter(pk=pk).first()
    if row is None:
        raise NotFound(_("There is nothing at this place. Search again."))
    return row, name


def _rests(row: Any) -> bool | None:
    if hasattr(row, "restricted_since"):
        return row.restricted_since is not None
    return not row.is_active if hasattr(row, "is_active") else None


def _holds(words: list[str]) -> Q:
    # SQLite folds the case of ASCII only, and spells é in JSON as an escape: each word is sought as people write it.
    return reduce(and_, (reduce(or_, (Q(_as_text__icontains=one) for one in _spellings(word))) for word in words))


def _spellings(word: str) -> set[str]:
    written = {word, word.lower(), word.upper(), word.title()}
    return written | {json.dumps(one)[1:-1] for one in written}
