"""Elimination lists: which archives are to be destroyed, by which rule, and the archivist's number for it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

OUTCOMES = ("destroyed", "kept", "left_out")


class EliminationList(models.Model):
    """Records of one class whose term is over, as they stood when the list was drawn up (law of 24 June 1955, art. 5).

    It ends carried out, with the number of the State Archivist's authorisation, or withdrawn.
    """

    number = models.CharField(max_length=20, unique=True)
    # The class of `retention.toml`, its rule as it stood, and the SHA-256 of that rule in canonical JSON.
    record_class = models.CharField(max_length=20)
    rule = models.JSONField()
    rule_sha256 = models.CharField(max_length=64)
    # Closed before this day: its term was over.
    closed_before = models.DateField()
    size = models.PositiveIntegerField()
    papers = models.PositiveIntegerField()
    first_on = models.DateField()
    last_on = models.DateField()
    # Over the lines, one a line of text; with the number it is the seed of what is kept.
    lines_sha256 = models.CharField(max_length=64)
    drawn_up_at = models.DateTimeField()
    drawn_up_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # The State Archivist's number and day; empty until then.
    authorisation = models.CharField(max_length=40, blank=True, default="")
    authorised_on = models.DateField(null=True, blank=True)
    authorised_at = models.DateTimeField(null=True, blank=True)
    authorised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    carried_out_at = models.DateTimeField(null=True, blank=True)
    carried_out_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_why = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(size__gt=0), name="an_elimination_list_is_not_empty"),
            models.CheckConstraint(
                condition=Q(authorisation="", authorised_on=None, authorised_at=None, authorised_by=None)
                | (
                    ~Q(authorisation="")
                    & Q(authorised_on__isnull=False, authorised_at__isnull=False, authorised_by__isnull=False)
                ),
                name="an_authorisation_has_number_and_day",
            ),
            models.CheckConstraint(
                condition=Q(carried_out_at=None, carried_out_by=None)
                | (
                    Q(carried_out_at__isnull=False, carried_out_by__isnull=False, withdrawn_at=None)
                    & ~Q(authorisation="")
                ),
                name="nothing_is_eliminated_without_a_number",
            ),
            models.CheckConstraint(
                condition=Q(carried_out_by=None) | ~Q(carried_out_by=F("drawn_up_by")),
                name="another_person_carries_the_list_out",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_why="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_why="")),
                name="a_list_is_withdrawn_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def state(self) -> str:
        """Where it stands: drawn_up, authorised, carried_out or withdrawn."""
        if self.withdrawn_at:
            return "withdrawn"
        if self.carried_out_at:
            return "carried_out"
        return "authorised" if self.authorisation else "drawn_up"


class EliminationLine(models.Model):
    """One record of a list, by its number: never a name, nor what it says."""

    list = models.ForeignKey(EliminationList, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField()
    # `request` or `letter`, and its number.
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=20)
    first_on = models.DateField()
    last_on = models.DateField()
    papers = models.PositiveIntegerField()
    # Where it stands in the draw, and whether it is kept for good as part of the sample.
    rank = models.CharField(max_length=64)
    kept = models.BooleanField(default=False)
    outcome = models.CharField(max_length=10, blank=True, default="")
    # Why it was left out of what was destroyed: a code of `WHY_OPEN`.
    left_out = models.CharField(max_length=20, blank=True, default="")
    # Whether no other list may name the record: while this list is open, and after it was destroyed or kept.
    bound = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["list", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["list", "position"], name="a_place_once_per_elimination_list"),
            models.UniqueConstraint(
                fields=["kind", "key"], condition=Q(bound=True), name="a_record_is_on_one_elimination_list"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", left_out="")
                | Q(outcome="destroyed", kept=False, left_out="")
                | Q(outcome="kept", kept=True, left_out="")
                | (Q(outcome="left_out", kept=False) & ~Q(left_out="")),
                name="elimination_outcome_makes_sense",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.list_id}/{self.position}: {self.key}"


class EliminatedFile(models.Model):
    """A stored file that a list destroyed: its fingerprint and size stay, its bytes go."""

    line = models.ForeignKey(EliminationLine, on_delete=models.PROTECT, related_name="files")
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    # Gone from the disk.
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [models.Index(fields=["sha256"], name="eliminated_file_sha256")]

    def __str__(self) -> str:
        return self.sha256[:12]


class RetentionHold(models.Model):
    """A record that may not be destroyed for now: a claim, an audit, a dispute needs it."""

    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=20)
    why = models.CharField(max_length=20)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "key"], condition=Q(lifted_at__isnull=True), name="a_record_is_held_once"
            ),
            models.CheckConstraint(
                condition=Q(why__in=["claim", "dispute", "audit", "research"]), name="hold_reason_known"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None) | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="a_hold_is_lifted_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}: {self.why}"
