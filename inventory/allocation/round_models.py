"""What a round is decided on and what came of it: the points policy, the frozen pool, the draw and the result."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language

from inventory.allocation.models import Round
from inventory.associations.models import Association
from inventory.documents.models import StoredFile


class PointsPolicy(models.Model):
    """How many points an association has, and the knobs of the ladder; versions are only ever added."""

    version = models.CharField(max_length=20, unique=True)
    valid_from = models.DateField(unique=True)
    # Bands of people served a year: [[25, 4], [75, 6], …], the last one without an upper end: [null, 12].
    bands = models.JSONField()
    delta_numerator = models.PositiveSmallIntegerField(default=1)
    delta_denominator = models.PositiveSmallIntegerField(default=2)
    floor = models.PositiveSmallIntegerField(default=1)
    # A pin that moves more devices than this for one association takes the signature of a second person.
    second_signature_above = models.PositiveSmallIntegerField(default=5)
    reference = models.CharField(max_length=60)
    adopted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    adopted_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-valid_from"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(delta_denominator__gt=0), name="points_delta_is_a_fraction"),
        ]

    def __str__(self) -> str:
        return self.version

    @property
    def delta(self) -> str:
        """The divisor's knob as people write it: 0, 1/2, 1."""
        whole, rest = divmod(self.delta_numerator, self.delta_denominator)
        return f"{self.delta_numerator}/{self.delta_denominator}" if rest else str(whole)


class FrozenPool(models.Model):
    """One pool of a round: its inputs frozen, its seed drawn from public numbers, its certified result."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="pools")
    pool = models.CharField(max_length=20)
    policy = models.ForeignKey(PointsPolicy, on_delete=models.PROTECT, related_name="+")
    # The round file without its draw; its commitment is what was published.
    inputs = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    commitment = models.CharField(max_length=64)
    frozen_at = models.DateTimeField()
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # Pairs of source and value, in their order; empty until they were drawn.
    numbers = models.JSONField(default=list)
    round_file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    result = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    drawn_at = models.DateTimeField(null=True, blank=True)
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["pool"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "pool"], name="a_pool_is_frozen_once_a_round"),
            models.CheckConstraint(
                condition=Q(drawn_at__isnull=True, result__isnull=True, round_file__isnull=True, drawn_by__isnull=True)
                | Q(drawn_at__isnull=False, result__isnull=False, round_file__isnull=False, drawn_by__isnull=False),
                name="a_drawn_pool_has_its_result",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id}/{self.pool}"


class Pin(models.Model):
    """A decision that departs from the rule: at least or at most so many devices for one association, and why.

    It goes into the round file when the pool is frozen; its bill is what the deciding person saw: who pays, how much.
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="pins")
    pool = models.CharField(max_length=20)
    association = models.ForeignKey(Association, on_delete=models.PROTECT, related_name="pins")
    at_least = models.PositiveIntegerField(default=0)
    at_most = models.PositiveIntegerField(null=True, blank=True)
    # A code that stands in the round file, and the reason in full sentences.
    reason = models.CharField(max_length=20)
    words = models.TextField()
    bill = models.JSONField()
    second_needed = models.BooleanField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    signed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["round", "pool", "association"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_pin_an_association_and_pool",
            ),
            models.CheckConstraint(
                condition=Q(at_least__gt=0, at_most__isnull=True)
                | Q(at_most__isnull=False, at_least__lte=models.F("at_most")),
                name="a_pin_says_at_least_or_at_most",
            ),
            models.CheckConstraint(condition=~Q(words="") & ~Q(reason=""), name="a_pin_has_its_reason"),
            models.CheckConstraint(
                condition=Q(signed_by__isnull=True, signed_at__isnull=True)
                | (Q(signed_by__isnull=False, signed_at__isnull=False) & ~Q(signed_by=models.F("set_by"))),
                name="a_pin_is_signed_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id}/{self.pool}: {self.association_id}"

    @property
    def waits(self) -> bool:
        """Whether it still lacks its second signature."""
        return self.second_needed and self.signed_at is None and self.withdrawn_at is None


class RoundDecision(models.Model):
    """The competent organ’s decision on a round: organ, number, day and reasons; published once certified."""

    round = models.OneToOneField(Round, on_delete=models.PROTECT, related_name="decision")
    organ = models.CharField(max_length=20)
    number = models.CharField(max_length=40)
    decided_on = models.DateField()
    # One act in both languages; each letter quotes the one of its association.
    reasons_fr = models.TextField()
    reasons_nl = models.TextField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    # Of the script that said yes to every pool on the day of publication.
    certificate_sha256 = models.CharField(max_length=64, blank=True, default="")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(reasons_fr="") & ~Q(reasons_nl="") & ~Q(number=""), name="a_round_decision_has_reasons"
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, published_by__isnull=True, certificate_sha256="")
                | (Q(published_at__isnull=False, published_by__isnull=False) & ~Q(certificate_sha256="")),
                name="what_is_published_was_certified",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def reasons(self) -> str:
        """The reasons in the language of the moment: Dutch in Dutch, else French."""
        return self.reasons_nl if (get_language() or "").startswith("nl") else self.reasons_fr
