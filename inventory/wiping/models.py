"""Proof per storage medium: who sanitised it with what, who validated it, and what was destroyed."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from inventory.devices.models import Medium
from inventory.documents.models import StoredFile
from inventory.errors import told
from inventory.jobs.models import Job


class EvidenceBatch(models.Model):
    """Evidence files that somebody brought in together, and the work of taking them up."""

    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="evidence_batch")

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"evidence {self.job.code}"


class EvidenceItem(models.Model):
    """One file of a batch: waiting, or what came of each drive in it."""

    batch = models.ForeignKey(EvidenceBatch, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    taken_up_at = models.DateTimeField(null=True, blank=True)
    # A row a drive: the verdict as scripts know it, the medium's code, whether it was recorded, why not.
    drives = models.JSONField(default=list)
    # Why the file was not taken up, as `Refusal.plain()` spells it.
    refusal = models.JSONField(default=dict)
    recorded = models.PositiveSmallIntegerField(default=0)
    # Drives that a person still has to look at.
    unsettled = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "position"], name="one_file_per_place_in_a_batch"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def why(self) -> str:
        """Why the file was refused, in the reader's language; empty when it was not."""
        return told(self.refusal) if self.refusal else ""


class Sanitisation(models.Model):
    """One attempt to sanitise one medium, with the evidence that says how it went (NIST SP 800-88 Rev. 2)."""

    medium = models.ForeignKey(Medium, on_delete=models.PROTECT, related_name="sanitisations")
    cycle = models.PositiveSmallIntegerField()
    succeeded = models.BooleanField()
    verdict = models.CharField(max_length=40)
    category = models.CharField(max_length=10, blank=True, default="")
    method = models.CharField(max_length=100, blank=True, default="")
    tool = models.CharField(max_length=60, blank=True, default="")
    tool_version = models.CharField(max_length=40, blank=True, default="")
    evidence = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    # The quoted lines of the evidence that led to the verdict.
    reasons = models.JSONField(default=list)
    # Why a person says that this evidence belongs to this medium, when its serial does not say so.
    matched_by_hand = models.CharField(max_length=200, blank=True, default="")
    sanitised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sanitised_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    verification = models.CharField(max_length=40, blank=True, default="")
    validated_at = models.DateTimeField(null=True, blank=True)
    validated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Policy: what leaves is Purge or Destroy; Clear only by a written exception.
    exception_reference = models.CharField(max_length=100, blank=True, default="")

    class Meta:
        ordering = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(validated_by__isnull=True) | ~Q(validated_by=F("sanitised_by")),
                name="nobody_validates_their_own_work",
            ),
            models.CheckConstraint(
                condition=Q(validated_at__isnull=True)
                | Q(succeeded=True, verified_at__isnull=False, validated_by__isnull=False),
                name="validated_only_after_verified",
            ),
            models.CheckConstraint(
                condition=Q(validated_at__isnull=True)
                | Q(category__in=["purge", "destroy"])
                | (Q(category="clear") & ~Q(exception_reference="")),
                name="clear_leaves_only_by_exception",
            ),
            models.UniqueConstraint(
                fields=["medium", "cycle"],
                condition=Q(validated_at__isnull=False),
                name="one_validated_sanitisation_per_cycle",
            ),
            models.UniqueConstraint(fields=["medium", "evidence", "cycle"], name="evidence_counts_once_per_cycle"),
        ]
        indexes: ClassVar = [models.Index(fields=["recorded_at"], name="sanitisation_recorded_at")]

    def __str__(self) -> str:
        return f"{self.verdict} of {self.medium_id}"


class Destruction(models.Model):
    """A medium physically destroyed, with its witness and its proof."""

    medium = models.OneToOneField(Medium, on_delete=models.PROTECT, related_name="destruction")
    method = models.CharField(max_length=30)
    particle_mm = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)
    batch = models.CharField(max_length=60, blank=True, default="")
    evidence = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    destroyed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    witnessed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    destroyed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(destroyed_by=F("witnessed_by")), name="a_destruction_has_a_witness"),
        ]

    def __str__(self) -> str:
        return f"destruction of {self.medium_id}"


class Certificate(models.Model):
    """What the city vouches for, per medium (R-1.1): numbered without gaps, never edited, only superseded (R-1.2)."""

    number = models.CharField(max_length=20, unique=True)
    medium = models.ForeignKey(Medium, on_delete=models.PROTECT, related_name="certificates")
    sanitisation = models.ForeignKey(
        Sanitisation, on_delete=models.PROTECT, null=True, blank=True, related_name="certificates"
    )
    destruction = models.ForeignKey(
        Destruction, on_delete=models.PROTECT, null=True, blank=True, related_name="certificates"
    )
    # The fields of NIST SP 800-88 §4.8 as they were on the day, people as pseudonyms.
    facts = models.JSONField()
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )

    class Meta:
        ordering = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(sanitisation__isnull=False, destruction__isnull=True)
                | Q(sanitisation__isnull=True, destruction__isnull=False),
                name="a_certificate_speaks_of_one_deed",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CertificateWithdrawal(models.Model):
    """The city no longer vouches for a certificate: the paper stays as it was, and the public check says so."""

    certificate = models.OneToOneField(Certificate, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.CharField(max_length=30)
    withdrawn_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"withdrawal of {self.certificate_id}"


class SecondCheckPeriod(models.Model):
    """One month whose sanitisations are checked a second time (R-1.6): frozen, drawn, checked, closed."""

    # The first day of the calendar month.
    month = models.DateField(unique=True)
    # The codes of every medium whose proof of that month stands, in their order, one a line.
    population = models.TextField()
    population_size = models.PositiveIntegerField()
    population_sha256 = models.CharField(max_length=64)
    sample_size = models.PositiveIntegerField()
    frozen_at = models.DateTimeField()
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    seed = models.CharField(max_length=100, blank=True, default="")
    # Where the seed comes from: `system`, or `public` (a number drawn by others after the freeze).
    seed_source = models.CharField(max_length=10, blank=True, default="")
    drawn_at = models.DateTimeField(null=True, blank=True)
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-month"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(drawn_at__isnull=True, seed="")
                | (Q(drawn_at__isnull=False, drawn_by__isnull=False) & ~Q(seed="")),
                name="a_draw_has_its_seed",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(drawn_at__isnull=False, closed_by__isnull=False),
                name="closed_only_after_the_draw",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class SecondCheck(models.Model):
    """One medium drawn for a second check, and what another person than the sanitiser found."""

    period = models.ForeignKey(SecondCheckPeriod, on_delete=models.PROTECT, related_name="checks")
    medium = models.ForeignKey(Medium, on_delete=models.PROTECT, related_name="second_checks")
    # The proof that is being checked.
    sanitisation = models.ForeignKey(Sanitisation, on_delete=models.PROTECT, related_name="second_checks")
    place = models.PositiveIntegerField()
    rank_sha256 = models.CharField(max_length=64)
    outcome = models.CharField(max_length=10, blank=True, default="")
    how = models.CharField(max_length=30, blank=True, default="")
    tool = models.CharField(max_length=60, blank=True, default="")
    # Why it could not be checked: an exception, counted and shown as one.
    excuse = models.CharField(max_length=30, blank=True, default="")
    evidence = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["period", "place"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["period", "medium"], name="a_medium_is_drawn_once_a_period"),
            models.UniqueConstraint(fields=["period", "place"], name="one_drawn_medium_a_place"),
            models.CheckConstraint(
                condition=Q(outcome="", checked_at__isnull=True, checked_by__isnull=True)
                | (
                    Q(outcome__in=["passed", "failed"], evidence__isnull=False, checked_by__isnull=False)
                    & Q(checked_at__isnull=False)
                    & ~Q(how="")
                )
                | (Q(outcome="excused", checked_at__isnull=False, checked_by__isnull=False) & ~Q(excuse="")),
                name="a_second_check_is_proven_or_excused",
            ),
        ]

    def __str__(self) -> str:
        return f"second check of {self.medium_id}"


class QuarantinedBatch(models.Model):
    """Media wiped with the same tool, version, model and day as one that failed: all are wiped again (R-1.7)."""

    number = models.CharField(max_length=20, unique=True)
    tool = models.CharField(max_length=60, blank=True, default="")
    tool_version = models.CharField(max_length=40, blank=True, default="")
    model = models.CharField(max_length=150, blank=True, default="")
    day = models.DateField()
    reason = models.CharField(max_length=30)
    # The sanitisation that turned out not to hold.
    failed = models.ForeignKey(Sanitisation, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.number


class QuarantinedMedium(models.Model):
    """One medium of a quarantined batch, and the proof that no longer counts."""

    batch = models.ForeignKey(QuarantinedBatch, on_delete=models.PROTECT, related_name="items")
    medium = models.ForeignKey(Medium, on_delete=models.PROTECT, related_name="batch_items")
    sanitisation = models.ForeignKey(Sanitisation, on_delete=models.PROTECT, related_name="+")
    # The device's status when it could not go back at once: reserved, handed over, recycled. Else empty.
    held_by = models.CharField(max_length=30, blank=True, default="")

    class Meta:
        ordering = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "medium"], name="a_medium_is_once_in_a_batch"),
        ]

    def __str__(self) -> str:
        return f"{self.medium_id} in {self.batch_id}"
