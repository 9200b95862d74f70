"""Freeze the statement of a year, and a corrected one beside it when something was wrong."""

from __future__ import annotations

import hashlib
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.devices.gatekeepers import require
from inventory.documents.commands import store_file
from inventory.errors import BadInput, Conflict, RuleBroken
from inventory.ledger.commands import Deed, record
from inventory.lifecycle import Actor, Word
from inventory.reports.open_data.files import FORMS, made
from inventory.reports.open_data.models import Statement, StatementFile
from inventory.reports.open_data.queries import dataset_named, latest

# Why a statement is made again.
CORRECTIONS: Final[dict[str, Promise]] = {
    "entered_late": _("Something was entered late"),
    "mistake": _("Something was entered by mistake"),
    "method_changed": _("The method or the factors changed"),
}


@transaction.atomic
def freeze_statement(code: str, year: int, *, actor: Actor, reason: str = "") -> Statement:
    """Freeze a data set's year with all its files; what was frozen before stays beside it, with its bytes.

    `reason`, a code of `CORRECTIONS`, for every version after the first. Refuses: NotAllowed; NotFound (no such data
    set); BadInput (reason); RuleBroken (the year is not over); Conflict (nothing has changed since the last version).
    """
    require(actor, Word.ALLOCATE)
    dataset = dataset_named(code)
    if year >= timezone.localdate().year:
        raise RuleBroken(_("%(year)s is not over: a year is frozen when it has ended."), year=year)
    before = latest(code, year)
    if before and reason not in CORRECTIONS:
        raise BadInput(_("Say why the statement of %(year)s is made again."), field="reason", year=year)
    if not before and reason:
        raise BadInput(_("The first statement of a year corrects nothing: leave the reason out."), field="reason")
    rows = dataset.rows(year)
    files = {(language, form): made(dataset, year, rows, language, form) for _end, language, form in FORMS}
    digest = hashlib.sha256(files["", "csv"]).hexdigest()
    if before and before.sha256 == digest:
        raise Conflict(_("Nothing has changed since version %(version)s."), version=before.version)
    version = before.version + 1 if before else 1
    facts = {"dataset": code, "year": year, "version": version, "rows": len(rows), "sha256": digest}
    key = f"{code}-{year}"
    record(
        Deed("statement.freeze", "statement", key, version, facts={**facts, "reason": reason}, to_status="frozen"),
        actor=actor,
    )
    statement = Statement.objects.create(
        dataset=code,
        year=year,
        version=version,
        reason=reason,
        row_count=len(rows),
        sha256=digest,
        frozen_at=timezone.now(),
        frozen_by_id=actor.pk,
    )
    for end, language, form in FORMS:
        name = f"{code}-{year}{end}.{form}"
        stored = store_file(files[language, form], name, actor=actor)
        StatementFile.objects.create(statement=statement, language=language, form=form, file=stored)
    return statement
