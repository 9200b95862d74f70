"""Runs of imports, their staged rows, and what departments' columns mean. No file is kept: it may name people."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from imports.kinds import COLLECT, KINDS, Field, Kind, kind_named
from imports.listed import FIELDS
from inventory.devices.categories import CATEGORIES
from inventory.jobs.models import Job


class State(StrEnum):
    """How far a run has come."""

    READING = "reading"
    REFUSED = "refused"
    PREVIEWED = "previewed"
    APPLYING = "applying"
    APPLIED = "applied"
    DISCARDED = "discarded"
    UNDOING = "undoing"
    UNDONE = "undone"

    @property
    def label(self) -> Promise:
        """The state in the reader's language."""
        return STATE_LABELS[self]


class Fate(StrEnum):
    """What applying would do, or has done, with a row."""

    PROBLEM = "problem"
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"

    @property
    def label(self) -> Promise:
        """The fate in the reader's language."""
        return FATE_LABELS[self]


STATE_LABELS: dict[State, Promise] = {
    State.READING: _("Being read"),
    State.REFUSED: _("Could not be read"),
    State.PREVIEWED: _("Not yet applied"),
    State.APPLYING: _("Being applied"),
    State.APPLIED: _("Applied"),
    State.DISCARDED: _("Discarded"),
    State.UNDOING: _("Being undone"),
    State.UNDONE: _("Undone"),
}
FATE_LABELS: dict[Fate, Promise] = {
    Fate.PROBLEM: _("Problem"),
    Fate.NEW: _("New device"),
    Fate.CHANGED: _("Changes"),
    Fate.UNCHANGED: _("Known already"),
}


# In these a file counts as brought in; the others are as if it had never come.
PRESENT = (State.READING, State.PREVIEWED, State.APPLYING, State.APPLIED, State.UNDOING)


def _new_code() -> str:
    return secrets.token_hex(5)


class ImportRun(models.Model):
    """One list that somebody uploaded: recognised by its SHA-256, so that the same file counts once."""

    code = models.CharField(max_length=10, unique=True, default=_new_code, editable=False)
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=255)
    size_bytes = models.PositiveBigIntegerField()
    # What the list is of: a name of `KINDS`.
    kind = models.CharField(max_length=20, default="declare")
    source = models.CharField(max_length=30)
    # How the file was written: format, encoding, separator, sheet.
    written = models.JSONField(default=dict)
    # Field -> heading, and the headings that feed no field, by reason.
    mapping = models.JSONField(default=dict)
    # What a person chose before what the headings tell, heading -> field; and the department it is kept for.
    choice = models.JSONField(default=dict)
    mapped_for = models.CharField(max_length=150, blank=True, default="")
    # Given once for rows that do not name them.
    act_reference = models.CharField(max_length=100, blank=True, default="")
    decommissioned_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=20, default=State.PREVIEWED)
    # The long work that reads it or applies it; none when it was small enough to be done at once.
    job = models.OneToOneField(Job, on_delete=models.PROTECT, null=True, blank=True, related_name="import_run")
    # The same whatever the order of the rows and the columns that say nothing: what the list says, not how.
    rows_sha256 = models.CharField(max_length=64, blank=True, default="")
    counts = models.JSONField(default=dict)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=[s.value for s in State]), name="import_state_known"),
            models.UniqueConstraint(
                fields=["sha256", "kind"],
                condition=Q(state__in=PRESENT),
                name="the_same_file_counts_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SavedMapping(models.Model):
    """What the columns of a department's lists mean, as somebody chose it: for every list with the same headings."""

    code = models.CharField(max_length=10, unique=True, default=_new_code, editable=False)
    department = models.CharField(max_length=150)
    kind = models.CharField(max_length=20)
    headings_sha256 = models.CharField(max_length=64)
    # Heading -> field; "" leaves the column out.
    fields = models.JSONField(default=dict)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["department", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["department", "kind", "headings_sha256"], name="one_mapping_a_department_and_headings"
            ),
        ]

    def __str__(self) -> str:
        return self.department

    @property
    def told(self) -> list[tuple[str, Promise | str]]:
        """Each heading and the field it feeds, for a page."""
        names: dict[str, Promise | str] = {one.name: one.heading for one in kind_named(self.kind).fields}
        return [(heading, names.get(name, name) if name else _("left out")) for heading, name in self.fields.items()]


class StagedRow(models.Model):
    """One row of a list as it was understood; `line` as the spreadsheet numbers it."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    fate = models.CharField(max_length=10)
    values = models.JSONField(default=dict)
    # Each with column, message and mend.
    problems = models.JSONField(default=list)
    notices = models.JSONField(default=list)
    # The device that is known already, or the tag of the one that the row becomes; of associations its code.
    tag = models.CharField(max_length=20, blank=True, default="")
    # What applying changes in a device that is known: field -> [current, new].
    changes = models.JSONField(default=dict)
    # The numbers as they compare, to find those that stand twice in a list of any length.
    number_key = models.CharField(max_length=100, blank=True, default="")
    serial_key = models.CharField(max_length=100, blank=True, default="")
    # A new device without act or date: both are asked once for the whole list.
    lacks_act = models.BooleanField(default=False)

    # What comes of it, by a name of its kind's results; empty for kinds that tell no more than the fate.
    result = models.CharField(max_length=30, blank=True, default="")

    class Meta:
        ordering: ClassVar = ["run", "line"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(fate__in=[f.value for f in Fate]), name="staged_fate_known"),
            models.UniqueConstraint(fields=["run", "line"], name="one_staged_row_per_line"),
        ]
        indexes: ClassVar = [models.Index(fields=["run", "fate", "line"], name="staged_fate_line")]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.line}"

    @property
    def shown_tag(self) -> str:
        """The device to show beside the row: a new one only once it exists."""
        to_come = self.fate == Fate.NEW and self.run.settled_at is None
        return "" if to_come else self.tag

    @property
    def told_changes(self) -> list[tuple[Promise, str, str]]:
        """What applying changes, for a page: the field's name, what stands there, what the list says."""
        names = {one.name: one.heading for kind in (*KINDS.values(), COLLECT) for one in kind.fields}
        return [
            (names[name], _as_shown(name, pair[0]), _as_shown(name, pair[1])) for name, pair in self.changes.items()
        ]

    def cells_of(self, fields: Iterable[Field]) -> list[tuple[Promise, str]]:
        """What the row says in these fields, for a page: heading and words."""
        return [(one.heading, one.words_for(self.values.get(one.name, ""))) for one in fields]

    def changes_of(self, kind: Kind) -> list[tuple[Promise, str, str]]:
        """What applying changes, for a page, as the kind of the list words it."""
        told = []
        for name, (before, after) in self.changes.items():
            if name in kind.changing:
                heading, labels = kind.changing[name]
                told.append((heading, str(labels.get(before, before)), str(labels.get(after, after))))
            else:
                one = kind.field(name)
                told.append((one.heading, one.words_for(before), one.words_for(after)))
        return told

    @property
    def shown(self) -> dict[str, Any]:
        """Every field of the row as a page shows it: the category's name, the date as a date, "" where empty."""
        found: dict[str, Any] = {field: self.values.get(field, "") for field in FIELDS}
        found["category"] = CATEGORIES.get(found["category"], "")
        day = found["decommissioned_on"]
        found["decommissioned_on"] = datetime.date.fromisoformat(day) if day else None
        return found


def _as_shown(name: str, text: str) -> str:
    return str(CATEGORIES.get(text, text)) if name == "category" else text
