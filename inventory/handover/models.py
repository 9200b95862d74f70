"""Donation agreements and the devices they cover, from preparation to signature to return."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from inventory.allocation.models import Reservation
from inventory.associations.models import Association
from inventory.devices.models import Device
from inventory.documents.models import StoredFile


class Valuation(models.Model):
    """What a device is worth, by which method and source (R-4.1); the latest counts, none is ever changed."""

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="valuations")
    cents = models.PositiveIntegerField()
    method = models.CharField(max_length=10)
    # Where the value comes from: the account, the table, the expert's report; and the day of that.
    source = models.CharField(max_length=200)
    dated = models.DateField()
    # Why it is worth nothing.
    reason = models.CharField(max_length=200, blank=True, default="")
    valued_at = models.DateTimeField()
    valued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(method__in=["book", "market", "expert"]) & ~Q(source=""), name="a_value_has_its_source"
            ),
            models.CheckConstraint(condition=Q(cents__gt=0) | ~Q(reason=""), name="no_value_has_its_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.cents} for {self.device_id}"


class Agreement(models.Model):
    """A donation agreement (Civil Code, book 4, gifts): prepared, then signed by both, for many devices at once."""

    number = models.CharField(max_length=20, unique=True)
    association = models.ForeignKey(Association, on_delete=models.PROTECT, related_name="agreements")
    language = models.CharField(max_length=2)
    template_version = models.CharField(max_length=20)
    # The file with the words it was drawn up by; none for agreements older than the files.
    template = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # Which words clause 6 has: whether the association may pass devices on for good (`free`), or only lend (`loan`).
    end_users = models.CharField(max_length=10, default="free")
    exchange_days = models.PositiveSmallIntegerField(default=30)
    report_months = models.PositiveSmallIntegerField(default=12)
    paper = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    city_signatory = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The function of the person who signed for the association; the name stays on the paper.
    association_function = models.CharField(max_length=100, blank=True, default="")
    signed_how = models.CharField(max_length=10, blank=True, default="")
    # Who signed for the association with a PIN; others have no account here.
    association_signatory = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Signed on paper, and the scan is still to come: until which day.
    scan_due_on = models.DateField(null=True, blank=True)
    signed_scan = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(language__in=["fr", "nl"]), name="agreement_language_known"),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True)
                | (
                    Q(city_signatory__isnull=False)
                    & ~Q(association_function="")
                    & Q(signed_how__in=["screen", "paper", "pin"])
                ),
                name="an_agreement_is_signed_by_both",
            ),
            models.CheckConstraint(
                condition=~Q(signed_how="paper") | Q(signed_scan__isnull=False) | Q(scan_due_on__isnull=False),
                name="a_paper_signature_has_its_scan",
            ),
            models.CheckConstraint(
                condition=~Q(signed_how="pin") | Q(association_signatory__isnull=False),
                name="an_agreements_pin_has_its_member",
            ),
            models.CheckConstraint(
                condition=~Q(association_signatory=models.F("city_signatory")), name="two_people_sign_an_agreement"
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True) | Q(cancelled_at__isnull=True),
                name="a_signed_agreement_is_not_cancelled",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class AgreementItem(models.Model):
    """One device of an agreement."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="items")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="agreement_items")
    reservation = models.ForeignKey(Reservation, on_delete=models.PROTECT, related_name="items")
    valuation = models.ForeignKey(Valuation, on_delete=models.PROTECT, null=True, blank=True, related_name="items")
    # What goes with it, by kind and number, as the agreement lists it; and what came back when it was taken back.
    accessories = models.JSONField(default=dict, blank=True)
    accessories_back = models.JSONField(null=True, blank=True)
    # No longer covered: the agreement was cancelled, the device left out, or taken back.
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=30, blank=True, default="")

    class Meta:
        ordering = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["device"], condition=Q(ended_at__isnull=True), name="a_device_is_given_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | ~Q(end_reason=""), name="an_item_ends_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.device_id} in {self.agreement_id}"
