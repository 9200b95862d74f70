"""What the columns of a list mean, as a person says it: for this list, and for the next ones of a department."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from imports.kinds import Field, kind_named
from imports.models import ImportRun, SavedMapping
from imports.queries import check_brings_lists, headings_sha256, mappings
from imports.readers.opening import AT_ONCE, read_table
from imports.runs import SMALL_BYTES, locked_preview, read_again
from imports.sources import SOURCES, recognition
from inventory.devices.gatekeepers import require
from inventory.documents import spool
from inventory.errors import BadInput, Conflict, NotFound
from inventory.lifecycle import Actor


def fields_of(run: ImportRun) -> tuple[Field, ...]:
    """The fields that a column of this run's list may feed."""
    more = SOURCES[run.source].more if run.source in SOURCES else ()
    return (*kind_named(run.kind).fields, *more)


@transaction.atomic
def choose_columns(
    code: str,
    *,
    actor: Actor,
    fields: Mapping[str, str],
    department: str = "",
    place: Callable[[str], str] = str,
) -> ImportRun:
    """Say which field some columns feed (heading -> field, "" leaves a column out), and preview the list anew.

    With a `department` the choice is kept, and used again for lists with the same headings. Refuses: NotAllowed;
    NotFound; Conflict (settled, or the file is no longer kept); BadInput (no such column or field, a column that names
    people, two columns for one field, nothing left that says what a row is about).
    """
    run = locked_preview(code, actor)
    _check_choice(run, fields)
    headers = tuple(run.mapping["headers"])
    recognition(headers, source=run.source, kind=run.kind, choice=fields)
    if not spool.kept(run.code):
        raise Conflict(_("The file is no longer kept, a day after it was read. Upload it again, then choose."))
    run.choice, run.mapped_for = dict(fields), department.strip()[:150]
    if run.mapped_for:
        SavedMapping.objects.update_or_create(
            department=run.mapped_for,
            kind=run.kind,
            headings_sha256=_fingerprint(run),
            defaults={"fields": run.choice, "saved_at": timezone.now(), "saved_by_id": actor.pk},
        )
    table = None
    if run.size_bytes <= SMALL_BYTES:
        with spool.laid(run.code) as archive:
            table = read_table(archive.read("list"), run.name, AT_ONCE)
    return read_again(run, table, actor=actor, place=place)


@transaction.atomic
def forget_mapping(code: str, *, actor: Actor) -> SavedMapping:
    """Forget what a department's columns mean; lists that were read stay as they are. Refuses: NotAllowed; NotFound."""
    check_brings_lists(actor)
    saved = mappings(actor=actor).filter(code=code).first()
    if saved is None:
        raise NotFound(_("There is no saved meaning of columns %(code)s."), code=code)
    require(actor, kind_named(saved.kind).needs)
    saved.delete()
    return saved


def _fingerprint(run: ImportRun) -> str:
    return headings_sha256(column["heading"] for column in run.mapping["columns"])


def _check_choice(run: ImportRun, fields: Mapping[str, str]) -> None:
    columns = {column["heading"]: column for column in run.mapping["columns"]}
    names = {field.name: field.heading for field in fields_of(run)}
    for heading, name in fields.items():
        if heading not in columns:
            raise BadInput(_("The list has no column “%(heading)s”."), heading=heading, field="fields")
        if columns[heading]["why"] == "personal":
            raise BadInput(
                _("“%(heading)s” names people, so no field can be fed from it."), heading=heading, field="fields"
            )
        if name and name not in names:
            raise BadInput(_("There is no field “%(name)s” in lists of this kind."), name=name, field="fields")
    for name, times in Counter(name for name in fields.values() if name).items():
        if times > 1:
            raise BadInput(_("Two columns feed “%(name)s”. Choose one of them."), name=names[name], field="fields")
