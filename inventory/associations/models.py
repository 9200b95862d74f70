"""Associations, who acts for them, whether they are eligible, and what they ask for."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


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
    municipality = models.CharField(max_length=100, blank=True, default="")
    email = models.EmailField(blank=True, default="")
    telephone = models.CharField(max_length=30, blank=True, default="")
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
        ]

    def __str__(self) -> str:
        return self.name


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
    state = models.CharField(max_length=20, default="received")
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
