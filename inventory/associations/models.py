"""Associations, who acts for them, whether they are eligible, and what they ask for."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class Cluster(models.Model):
    """Associations behind which the same persons, address or umbrella stand: they share points and history."""

    code = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=20)
    reason = models.TextField()
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=["persons", "address", "umbrella"]), name="cluster_kind_known"),
        ]

    def __str__(self) -> str:
        return self.code


class Association(models.Model):
    """An association that fights the digital divide; with an enterprise number, or a de-facto one."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=200)
    # Ten digits without dots, checked (modulo 97, Crossroads Bank for Enterprises); empty for a de-facto association.
    enterprise_number = models.CharField(max_length=10, blank=True, default="")
    legal_form = models.CharField(max_length=20)
    official_language = models.CharField(max_length=2)
    street = models.CharField(max_length=200, blank=True, default="")
    postcode = models.CharField(max_length=10, blank=True, default="")
    # As it stands in the address; the municipality itself is the NIS code, which a postcode only suggests.
    municipality = models.CharField(max_length=100, blank=True, default="")
    nis_code = models.CharField(max_length=5, blank=True, default="")
    email = models.EmailField(blank=True, default="")
    telephone = models.CharField(max_length=30, blank=True, default="")
    # In which we speak to it; letters and agreements come in its official language. Empty: the same.
    ui_language = models.CharField(max_length=2, blank=True, default="")
    preferred_channel = models.CharField(max_length=20, blank=True, default="")
    large_print = models.BooleanField(default=False)
    epn_label = models.CharField(max_length=20, default="none")
    epn_since = models.DateField(null=True, blank=True)
    # Public served -> people a year: counts only, never names.
    publics = models.JSONField(default=dict, blank=True)
    # The Crossroads Bank no longer has it as active (`BankCheck`): it receives nothing.
    struck_off = models.BooleanField(default=False, db_default=False)
    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, null=True, blank=True, related_name="members")
    # Folded name, municipality and code: the same order and the same finds on both databases, accents or not.
    search = models.CharField(max_length=400, blank=True, default="", db_index=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["search", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["enterprise_number"],
                condition=~Q(enterprise_number=""),
                name="an_enterprise_number_once",
            ),
            models.CheckConstraint(condition=Q(official_language__in=["fr", "nl"]), name="association_language_known"),
            models.CheckConstraint(
                condition=Q(epn_label__in=["none", "requested", "recognised"]), name="association_epn_label_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shares_as(self) -> str:
        """Under which code it takes part in a round: that of its cluster, or its own (allocation §1)."""
        return self.cluster.code if self.cluster else self.code


class Contact(models.Model):
    """A person whom we may ask about an association; e-mail and mobile are optional everywhere."""

    association = models.ForeignKey(Association, on_delete=models.CASCADE, related_name="contacts")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=150)
    function = models.CharField(max_length=100, blank=True, default="")
    email = models.EmailField(blank=True, default="")
    mobile = models.CharField(max_length=30, blank=True, default="")
    # Kept, but neither shown nor used, while the person asks for that (GDPR art. 18).
    restricted_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["association_id", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["association", "number"], name="a_contact_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.association_id}/{self.number}"


class Membership(models.Model):
    """A user who may act for an association."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    association = models.ForeignKey(Association, on_delete=models.PROTECT, related_name="memberships")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "association"], name="a_membership_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} for {self.association_id}"


class Eligibility(models.Model):
    """A person's decision, with reasons, that an association may or may not receive; it expires."""

    association = models.ForeignKey(Association, on_delete=models.PROTECT, related_name="eligibilities")
    eligible = models.BooleanField()
    reasons = models.TextField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    expires_on = models.DateField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.association_id}: {self.eligible}"


class Request(models.Model):
    """An association asks for equipment, by whatever channel; `received_at` is the date stamp."""

    reference = models.CharField(max_length=20, unique=True)
    association = models.ForeignKey(Association, on_delete=models.PROTECT, related_name="requests")
    channel = models.CharField(max_length=20)
    purpose = models.TextField()
    people_served = models.PositiveIntegerField(null=True, blank=True)
    earliest_on = models.DateField(null=True, blank=True)
    latest_on = models.DateField(null=True, blank=True)
    # How its use can be seen: opening hours, a programme, a visit.
    evidence = models.TextField(blank=True, default="")
    # What we asked for and did not get yet; empty: complete.
    missing = models.TextField(blank=True, default="")
    state = models.CharField(max_length=20, default="received")
    # How `received_at` was read: arrival, stamp or postmark (whose whole day counts: its beginning).
    dated_by = models.CharField(max_length=10, default="arrival")
    received_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-received_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(channel__in=["online", "counter", "telephone", "post"]),
                name="request_channel_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["received", "decided", "withdrawn", "closed"]),
                name="request_state_known",
            ),
            models.CheckConstraint(
                condition=Q(received_at__lte=models.F("recorded_at")), name="request_received_before_recorded"
            ),
            models.CheckConstraint(
                condition=Q(dated_by__in=["arrival", "stamp", "postmark"]), name="request_dated_by_known"
            ),
            models.CheckConstraint(
                condition=Q(earliest_on__isnull=True)
                | Q(latest_on__isnull=True)
                | Q(earliest_on__lte=models.F("latest_on")),
                name="request_days_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class RequestLine(models.Model):
    """So many devices of one category, and how few would still be useful."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    category = models.CharField(max_length=30)
    quantity = models.PositiveSmallIntegerField()
    least_useful = models.PositiveSmallIntegerField(default=1)
    minimum_memory_mb = models.PositiveIntegerField(null=True, blank=True)
    all_or_nothing = models.BooleanField(default=False)
    # What it is for (`questions.USES`), and the kinds that would do instead (`questions.SUBSTITUTES`).
    use = models.CharField(max_length=20, blank=True, default="")
    substitutes = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["request_id", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "position"], name="a_position_once_per_request"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1) & Q(least_useful__gte=1) & Q(least_useful__lte=models.F("quantity")),
                name="request_line_counts_make_sense",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id}/{self.position}"

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of device that it takes: the one asked for first, then those that would do instead."""
        return (self.category, *self.substitutes)
