"""Lawyers write the agreement's words here: drafted from those in force, checked, put in force by somebody else."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.associations.commands import remember
from inventory.devices.gatekeepers import require_one
from inventory.documents.commands import store_file
from inventory.errors import BadFile, BadInput, Conflict, NotFound, RuleBroken
from inventory.handover.proofreading import MOST_DAYS, MOST_MONTHS, OPTIONS, faults
from inventory.handover.wording import CLAUSES, LANGUAGES, AgreementText, read_text, text_on, texts, written
from inventory.handover.wording_models import AgreementWording
from inventory.lifecycle import Actor, Word

WRITERS: Final = (Word.ADMINISTER, Word.ALLOCATE)
ADOPTERS: Final = (Word.ADMINISTER, Word.DECIDE)
READERS: Final = (*WRITERS, Word.DECIDE, Word.HAND_OVER, Word.AUDIT)
STATES: Final[dict[str, Promise]] = {
    "draft": _("Draft"),
    "coming": _("To come"),
    "in_force": _("In force"),
    "past": _("No longer in force"),
}
# A text of the law is long; a book is not.
MOST_WORDS: Final = 6000
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{0,19}")


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the agreement's words, how it stands today, and its row when it was drafted here."""

    text: AgreementText
    state: str
    row: AgreementWording | None = None

    @property
    def label(self) -> Promise:
        """How it stands, in words."""
        return STATES[self.state]


def versions(actor: Actor) -> list[Version]:
    """Every version, drafts first, then the latest day first. Refuses NotAllowed."""
    require_one(actor, *READERS)
    today = timezone.localdate()
    present = text_on(today).version
    rows = AgreementWording.objects.select_related("drafted_by", "changed_by", "adopted_by").order_by("-id")
    by_version = {row.version: row for row in rows}
    drafts = [Version(_read(row), "draft", row) for row in rows if row.adopted_at is None]
    held = [
        Version(
            text,
            "in_force" if text.version == present else "coming" if text.valid_from > today else "past",
            by_version.get(text.version),
        )
        for text in reversed(texts())
    ]
    return [*drafts, *held]


def version_named(version: str, actor: Actor) -> Version:
    """One version. Refuses: NotAllowed; NotFound."""
    found = next((one for one in versions(actor) if one.text.version == version), None)
    if found is None:
        raise NotFound(_("There is no text of the agreement called '%(version)s'."), version=version)
    return found


@transaction.atomic
def draft_wording(version: str, *, actor: Actor, source: bytes = b"") -> AgreementWording:
    """Begin a new version: a copy of the words in force, or of a file that lawyers wrote elsewhere.

    Refuses: NotAllowed; BadInput (version); Conflict (there is one of that name); BadFile (no agreement text).
    """
    require_one(actor, *WRITERS)
    name = version.strip()
    if not _VERSION.fullmatch(name):
        raise BadInput(_("A version has 1 to 20 letters, digits, points and hyphens: 2027-1."), field="version")
    taken = AgreementWording.objects.filter(version__iexact=name).exists()
    if taken or any(text.version.casefold() == name.casefold() for text in texts()):
        raise Conflict(_("There is a text called '%(version)s' already."), version=name, field="version")
    today, now = timezone.localdate(), timezone.now()
    before = text_on(today)
    text = replace(_from_file(source) if source else before, version=name, valid_from=today)
    row = AgreementWording.objects.create(
        version=name,
        source=written(text).decode(),
        based_on="" if source else before.version,
        drafted_by_id=actor.pk,
        drafted_at=now,
        changed_by_id=actor.pk,
        changed_at=now,
    )
    remember("wording", name, "draft", actor, {"based_on": row.based_on, "from_file": bool(source)})
    return row


@transaction.atomic
def word_clause(version: str, number: int, *, actor: Actor, words: Mapping[str, tuple[str, str]]) -> AgreementWording:
    """Write one clause of a draft anew: its title and its text, in `fr` and in `nl`; an empty line makes a paragraph.

    Refuses: NotAllowed; NotFound (no such draft or clause); Conflict (in force); BadInput (a language, too long).
    """
    row, text = _draft(version, actor)
    if not 1 <= number <= CLAUSES:
        raise NotFound(_("An agreement has %(count)s clauses."), count=CLAUSES)
    if set(words) != set(LANGUAGES):
        raise BadInput(_("Write the clause in French and in Dutch."), field="words")
    clauses = {tongue: list(rows) for tongue, rows in text.clauses.items()}
    for tongue, (title, said) in words.items():
        if len(title) > 150 or len(said) > MOST_WORDS:
            raise BadInput(_("A clause has at most %(most)s signs."), most=MOST_WORDS, field=tongue)
        clauses[tongue][number - 1] = (_tidy(title), _tidy(said))
    return _keep(row, replace(text, clauses=clauses), actor, {"clause": number})


@transaction.atomic
def word_terms(
    version: str,
    *,
    actor: Actor,
    exchange_days: int,
    report_months: int,
    end_users: Mapping[str, Mapping[str, str]],
) -> AgreementWording:
    """Write what a draft promises: days for an exchange, months until the report, and the two options of clause 6.

    Refuses: NotAllowed; NotFound; Conflict (in force); BadInput.
    """
    row, text = _draft(version, actor)
    if not 1 <= exchange_days <= MOST_DAYS:
        raise BadInput(_("The days for an exchange are between 1 and %(most)s."), most=MOST_DAYS, field="exchange_days")
    if not 1 <= report_months <= MOST_MONTHS:
        raise BadInput(
            _("The months until the report of use are between 1 and %(most)s."), most=MOST_MONTHS, field="report_months"
        )
    if set(end_users) != set(OPTIONS) or any(set(said) != set(LANGUAGES) for said in end_users.values()):
        raise BadInput(_("Write both options of clause 6 in French and in Dutch."), field="end_users")
    kept = {
        option: {tongue: _tidy(said[tongue])[:MOST_WORDS] for tongue in LANGUAGES} for option, said in end_users.items()
    }
    changed = replace(text, exchange_days=exchange_days, report_months=report_months, end_users=kept)
    return _keep(row, changed, actor, {"exchange_days": exchange_days, "report_months": report_months})


@transaction.atomic
def adopt_wording(version: str, *, actor: Actor, valid_from: dt.date) -> AgreementWording:
    """Put a draft in force from a day, today or later; from then on nobody changes it, and its file is kept.

    Agreements that are drawn up already keep the words they were drawn up by.
    Refuses: NotAllowed; NotFound; Conflict (in force already, another holds from that day); BadInput (day);
    RuleBroken (a fault is left, or the actor wrote it).
    """
    require_one(actor, *ADOPTERS)
    row = _locked(version)
    if actor.pk in (row.changed_by_id, row.drafted_by_id):
        raise RuleBroken(_("You wrote this text: somebody else puts it in force."))
    if valid_from < timezone.localdate():
        raise BadInput(_("A text holds from today or from a later day."), field="valid_from")
    if any(text.valid_from == valid_from for text in texts()):
        raise Conflict(_("Another text holds from that day. Choose another day."), field="valid_from")
    text = replace(_read(row), valid_from=valid_from)
    left = faults(text)
    if left:
        raise RuleBroken(
            _("This text is not complete: %(first)s Faults left: %(count)s."), first=left[0], count=len(left)
        )
    source = written(text)
    kept = store_file(source, f"agreement-{row.version}.toml", actor=actor)
    row.source, row.valid_from = source.decode(), valid_from
    row.adopted_at, row.adopted_by_id = timezone.now(), actor.pk
    row.save()
    facts = {"valid_from": valid_from.isoformat(), "sha256": kept.sha256}
    remember("wording", row.version, "adopt", actor, facts)
    return row


@transaction.atomic
def drop_wording(version: str, *, actor: Actor) -> str:
    """Throw a draft away; returns its name. Refuses: NotAllowed; NotFound; Conflict (in force)."""
    require_one(actor, *WRITERS)
    row = _locked(version)
    remember("wording", row.version, "drop", actor, {})
    row.delete()
    return version


def _draft(version: str, actor: Actor) -> tuple[AgreementWording, AgreementText]:
    require_one(actor, *WRITERS)
    row = _locked(version)
    return row, _read(row)


def _locked(version: str) -> AgreementWording:
    row = AgreementWording.objects.select_for_update().filter(version=version).first()
    if row is None:
        raise NotFound(_("There is no draft called '%(version)s'."), version=version)
    if row.adopted_at is not None:
        raise Conflict(_("The text '%(version)s' is in force: draft a new version."), version=version)
    return row


def _read(row: AgreementWording) -> AgreementText:
    return read_text(row.source.encode(), f"agreement-{row.version}.toml")


def _from_file(source: bytes) -> AgreementText:
    try:
        text = read_text(source, "file")
        # Added and written again, so that whatever is no number, no day or no text is found now.
        numbers = replace(text, exchange_days=text.exchange_days + 0, report_months=text.report_months + 0)
        return read_text(written(numbers), "file")
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        raise BadFile(
            _("This file is no text of an agreement: it has 22 clauses, each with a title and a text in fr and nl.")
        ) from None


def _keep(row: AgreementWording, text: AgreementText, actor: Actor, facts: dict[str, Any]) -> AgreementWording:
    source = written(text).decode()
    if source == row.source:
        return row
    row.source, row.changed_by_id, row.changed_at = source, actor.pk, timezone.now()
    remember("wording", row.version, "write", actor, facts)
    row.save()
    return row


def _tidy(words: str) -> str:
    lines = [line.strip() for line in words.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip().replace("\x00", "")
