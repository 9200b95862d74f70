"""Verify the ledger: recompute the tree, replay the law, compare with the tables, name the first that does not hold."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from operator import itemgetter
from typing import Any, Final

import orjson
from django.db.models import Case, F, QuerySet, TextField, Value, When
from django.db.models.functions import Cast
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.devices.models import Device, Medium
from inventory.ledger.canonical import canonical, commitment, instant
from inventory.ledger.commands import seal
from inventory.ledger.growth import STEP, levels_of, root_at, sealed_size, subtrees_of
from inventory.ledger.models import Entry, Leaf, PrivatePayload
from inventory.ledger.tree import leaf_hash, root_of
from inventory.lifecycle import ABSORBABLE, BY_NAME, ENTRANCES, MEDIUM_LAW, MediumState, Status

# What the hashed text says, and the columns that repeat it.
_SAID: Final = {
    "event": "event",
    "kind": "subject_kind",
    "key": "subject_key",
    "seq": "subject_seq",
    "from": "from_status",
    "to": "to_status",
    "actor": "actor_key",
    "channel": "channel",
    "evidence": "evidence_sha256",
    "occurred_at": "occurred_at",
    "recorded_at": "recorded_at",
}
# Moments are read as the text of the database: to make each a moment and spell it again would take as long as all else.
_MOMENTS: Final = ("occurred_at", "recorded_at")
_AS_TEXT: Final = {f"{name}_text": Cast(f"entry__{name}", TextField()) for name in _MOMENTS}
_FIELDS: Final = (
    *("leaf_index", "leaf_hash", "entry__body"),
    *(f"{column}_text" if column in _MOMENTS else f"entry__{column}" for column in _SAID.values()),
)
_words_of: Final = itemgetter(*_SAID)
# Not floats: orjson spells them, `canonical` refuses them.
_SPELT_ALIKE: Final = frozenset({str, int, bool, type(None)})


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing that does not hold: where (leaf index and the thing's own number) and what."""

    leaf_index: int | None
    kind: str
    key: str
    what: str


@dataclass(frozen=True, slots=True)
class Verified:
    """The result: how many entries hold, and their root (hex); where one does not, the first fault and no root."""

    size: int
    root: str
    fault: Fault | None


@dataclass(slots=True)
class _Replay:
    """What the entries so far say of every thing: its last number and its status."""

    last_seq: dict[tuple[str, str], int] = field(default_factory=dict)
    status: dict[tuple[str, str], str] = field(default_factory=dict)
    # Where a device stood when its record was merged into another.
    left_from: dict[tuple[str, str], str] = field(default_factory=dict)


def verify_ledger() -> Verified:
    """Check every entry from the first one on. Stops at the first fault.

    What it cannot see: a tail that was cut off together with its leaves, or a ledger rewritten from scratch; both need
    a root kept outside this database.
    """
    seal()
    size, replay = 0, _Replay()
    fault: Fault | None = None
    rows = Leaf.objects.annotate(**_AS_TEXT).order_by("leaf_index").values_list(*_FIELDS)
    for expected, (index, digest, body, *columns, occurred, recorded) in enumerate(rows.iterator(chunk_size=2000)):
        text, said = body.encode(), (*columns, _instant(occurred), _instant(recorded))
        what = _place(index, digest, text, expected) or _columns(text, said) or _law(said, replay)
        if what:
            _event, kind, key, *_rest = said
            fault = Fault(index, kind, key, str(what))
            break
        size += 1
    # The tree is made once, from the leaves that were just compared with their texts.
    fault = fault or _unsealed() or _subtrees(size) or _commitments() or _tables(replay)
    return Verified(size, "" if fault else root_at(size).hex(), fault)


def root_now() -> tuple[int, str]:
    """Size and root (hex) of the sealed ledger, from the stored subtrees; no root where one is missing."""
    seal()
    size = sealed_size()
    try:
        return size, root_at(size).hex()
    except IndexError:
        return size, ""


def _place(index: int, digest: str, text: bytes, expected: int) -> Promise | str:
    if index != expected:
        return _("Entry %(index)s is missing.") % {"index": expected}
    if leaf_hash(text).hex() != digest:
        return _("The text of the entry is not what was hashed.")
    return ""


def _columns(text: bytes, said: tuple[Any, ...]) -> Promise | str:
    """What is wrong with the text or with the columns beside it."""
    try:
        body = orjson.loads(text)
    except orjson.JSONDecodeError:
        return _("The text of the entry cannot be read.")
    if not isinstance(body, dict):
        return _("The text of the entry cannot be read.")
    if _plainly_right(body, text, said):
        return ""
    try:
        spelt = canonical(body)
    except TypeError:  # a number that two machines may spell differently
        spelt = b""
    if spelt != text:
        return _("The text of the entry is not in its one spelling.")
    for name, value in zip(_SAID, said, strict=True):
        if body.get(name) != value:
            return _("The column '%(name)s' does not say what the hashed text says.") % {"name": name}
    return ""


def _instant(text: str) -> str:
    """A moment as `instant` spells it, from the database's own text: with a blank in it, and perhaps an offset."""
    # PostgreSQL leaves noughts at the end away: three figures of a second and an offset are as long as six without one.
    if (len(text) == 26 and text[23].isdigit()) or (len(text) == 29 and text.endswith("+00")):
        return f"{text[:10]}T{text[11:26]}Z"
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return text
    return instant(moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC))


def _plainly_right(body: dict[str, Any], text: bytes, said: tuple[Any, ...]) -> bool:
    """Whether the text holds what nearly every entry does, says what the columns say, and is so spelt by orjson too.

    It may hold more, or be spelt otherwise by orjson, and be right: it is then looked at longer.
    """
    try:
        facts = body["facts"]
        return (
            type(facts) is dict
            and _SPELT_ALIKE.issuperset(map(type, facts.values()))
            and type(body["seq"]) is type(body["v"]) is int
            and len(body) == len(_SAID) + (3 if type(body.get("private")) is str else 2)
            and _words_of(body) == said
            and orjson.dumps(body, option=orjson.OPT_SORT_KEYS) == text
        )
    except KeyError:
        return False


def _law(said: tuple[Any, ...], replay: _Replay) -> Promise | str:
    event, kind, key, seq, origin, target, *_rest = said
    thing = (kind, key)
    if seq != replay.last_seq.get(thing, 0) + 1:
        return _("The history of this thing has a gap before number %(seq)s.") % {"seq": seq}
    before = replay.status.get(thing, "")
    replay.last_seq[thing] = seq
    replay.status[thing] = target
    if kind not in {"device", "medium"}:
        return ""
    if origin != before:
        return _("It says to come from '%(said)s', but was '%(was)s'.") % {"said": origin, "was": before}
    act = event.partition(".")[2]
    if act == "absorb" and kind == "device":
        replay.left_from[thing] = before
    if kind == "medium":
        lawful = _lawful_medium(act, before, target)
    elif act in {"absorb", "split_off"}:
        lawful = _lawful_merge(act, before, target, replay.left_from.get(thing, ""))
    else:
        # Only what enters comes from nowhere.
        lawful = (bool(before) or seq == 1) and _lawful_device(act, before, target)
    if not lawful:
        return _("The law has no step '%(act)s' from '%(before)s' to '%(after)s'.") % {
            "act": act,
            "before": before,
            "after": target,
        }
    return ""


@lru_cache(maxsize=4096)
def _lawful_device(act: str, before: str, after: str) -> bool:
    if not before:
        return ENTRANCES.get(act) == after
    step = BY_NAME.get(act)
    if step is None:
        return before == after
    return Status(before) in step.origin and step.target == after


def _lawful_merge(act: str, before: str, after: str, left_from: str) -> bool:
    """A merged record leaves the count from where nothing hangs on it, and comes back to where it stood."""
    if act == "absorb":
        return before in ABSORBABLE and not after
    return not before and after != "" and after == left_from


@lru_cache(maxsize=4096)
def _lawful_medium(act: str, before: str, after: str) -> bool:
    if not before:
        return act == "list" and after == MediumState.PENDING
    if act not in MEDIUM_LAW:
        return before == after
    origin, target = MEDIUM_LAW[act]
    return MediumState(before) in origin and target == after


def _unsealed() -> Fault | None:
    entry = Entry.objects.filter(leaf__isnull=True).order_by("id").first()
    if entry is None:
        return None
    return Fault(None, entry.subject_kind, entry.subject_key, str(_("An entry has no place in the tree.")))


def _subtrees(size: int) -> Fault | None:
    # What is stored is what proofs are made of: two structures that could differ would hide a forged proof.
    below: QuerySet[Any, str] = Leaf.objects.order_by("leaf_index").values_list("leaf_hash", flat=True)
    for level in levels_of(size):
        stored = subtrees_of(level)
        above = stored.iterator(chunk_size=4096)
        lower = below.iterator(chunk_size=4096)
        for place in range(size >> level):
            expected = root_of(bytes.fromhex(one) for one in islice(lower, 1 << STEP)).hex()
            if next(above, None) != expected:
                what = _("The stored hash of %(count)s entries is not what they give.") % {"count": 1 << level}
                return Fault(place << level, "", "", str(what))
        if next(above, None) is not None:
            return Fault(None, "", "", str(_("The tree holds hashes of entries that are not there.")))
        below = stored
    return None


def _commitments() -> Fault | None:
    # An erased payload leaves its commitment alone, which is lawful; a changed one no longer fits.
    rows = PrivatePayload.objects.order_by("id").values_list(
        "salt", "payload", "entry__body", "entry__subject_kind", "entry__subject_key"
    )
    for salt, payload, body, kind, key in rows.iterator(chunk_size=2000):
        if orjson.loads(body).get("private") != commitment(salt, payload):
            return Fault(None, kind, key, str(_("A private payload is not what was committed to.")))
    return None


def _tables(replay: _Replay) -> Fault | None:
    """Every thing stands as its entries say, and nothing stands without entries."""
    in_play = Case(When(merged_into__isnull=True, then=F("status")), default=Value(""))
    tables = (
        ("device", Device.objects.order_by("id").values_list("tag", in_play, "seq")),
        ("medium", Medium.objects.order_by("id").values_list("code", "state", "seq")),
    )
    for kind, rows in tables:
        seen = 0
        for key, status, seq in rows.iterator(chunk_size=5000):
            thing = (kind, key)
            if (replay.status.get(thing), replay.last_seq.get(thing)) != (status, seq):
                what = _("It stands as '%(status)s', which its entries do not say.") % {"status": status}
                return Fault(None, kind, key, str(what))
            seen += 1
        known = sum(1 for thing in replay.status if thing[0] == kind)
        if known != seen:
            return Fault(None, kind, "", str(_("The ledger knows things that are gone from the tables.")))
    return None
