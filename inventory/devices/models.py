"""The device, its storage media and where they have been: the tables every stage works on."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as told

from inventory.lifecycle import ABSORBABLE, LegalStatus, MediumState, Status


class Location(models.Model):
    """A place of the city where devices stand."""

    code = models.CharField(max_length=20, unique=True)
    name_fr = models.CharField(max_length=100)
    name_nl = models.CharField(max_length=100)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name_nl if get_language() == "nl" else self.name_fr


class Device(models.Model):
    """One piece of equipment on its way to a second life. Its tag is its identity everywhere."""

    tag = models.CharField(max_length=9, unique=True)
    status = models.CharField(max_length=30)
    seq = models.PositiveIntegerField(default=1)
    # Goes up when a device comes back: tests and proofs of an earlier life no longer count.
    cycle = models.PositiveSmallIntegerField(default=1)
    legal_status = models.CharField(max_length=30, default=LegalStatus.PRODUCT)

    category = models.CharField(max_length=30)
    manufacturer = models.CharField(max_length=100, blank=True, default="")
    model = models.CharField(max_length=150, blank=True, default="")
    serial = models.CharField(max_length=100, blank=True, default="")
    serial_key = models.CharField(max_length=100, blank=True, default="")
    inventory_number = models.CharField(max_length=100, blank=True, default="")
    smbios_uuid = models.CharField(max_length=36, blank=True, default="")
    # The same in whichever byte order it was printed; empty when it identifies nothing.
    uuid_key = models.CharField(max_length=36, blank=True, default="")
    board_serial = models.CharField(max_length=100, blank=True, default="")
    processor = models.CharField(max_length=150, blank=True, default="")
    memory_mb = models.PositiveIntegerField(null=True, blank=True)
    weight_kg = models.DecimalField(max_digits=7, decimal_places=3, null=True, blank=True)

    department = models.CharField(max_length=150, blank=True, default="")
    act_reference = models.CharField(max_length=100, blank=True, default="")
    decommissioned_on = models.DateField(null=True, blank=True)

    location = models.ForeignKey(Location, on_delete=models.PROTECT, null=True, blank=True, related_name="devices")
    grade = models.CharField(max_length=1, blank=True, default="")
    # What its holder told of it after the hand-over (`categories.TOLD`); empty: nothing, or found again.
    told = models.CharField(max_length=10, blank=True, default="", db_default="")

    # "Holds no data" is a declaration by a person, never an empty list (NIST SP 800-88; ).
    no_data_declared_at = models.DateTimeField(null=True, blank=True)
    no_data_declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    no_data_checked_how = models.CharField(max_length=30, blank=True, default="")

    # The record of the same machine that is kept: this one is out of play, its tags open the other.
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="absorbed")

    search = models.CharField(max_length=700, blank=True, default="")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(status__in=[s.value for s in Status]), name="device_status_known"),
            models.CheckConstraint(
                condition=Q(legal_status__in=[s.value for s in LegalStatus]), name="device_legal_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[Status.READY, Status.RESERVED, Status.HANDED_OVER])
                | Q(grade__in=["A", "B", "C", "D"]),
                name="device_given_only_with_grade",
            ),
            models.CheckConstraint(
                condition=Q(told="") | Q(told__in=["lost", "stolen", "transfer"], status=Status.HANDED_OVER),
                name="only_a_holder_tells_of_a_device",
            ),
            models.CheckConstraint(
                condition=Q(no_data_declared_at__isnull=True) | Q(no_data_declared_by__isnull=False),
                name="no_data_is_declared_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True)
                | Q(status__in=[status.value for status in ABSORBABLE], legal_status=LegalStatus.PRODUCT),
                name="merged_device_owes_nothing",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["status", "-id"], name="device_status_id"),
            models.Index(fields=["category", "-id"], name="device_category_id"),
            models.Index(fields=["serial_key"], name="device_serial_key"),
            models.Index(fields=["inventory_number"], name="device_inventory_number"),
            models.Index(fields=["uuid_key"], name="device_uuid_key"),
            models.Index(fields=["board_serial"], name="device_board_serial"),
        ]

    def __str__(self) -> str:
        return self.tag

    @property
    def title(self) -> str:
        """Maker and model as people say it; empty when neither is known."""
        return " ".join(part for part in (self.manufacturer, self.model) if part)


class DeviceAccessory(models.Model):
    """So many of one kind of accessory (`accessories.ACCESSORIES`) go with a device."""

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="accessories")
    kind = models.CharField(max_length=20)
    count = models.PositiveSmallIntegerField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["device", "kind"], name="a_kind_of_accessory_once_per_device"),
            models.CheckConstraint(condition=Q(count__gte=1), name="an_accessory_is_counted"),
        ]

    def __str__(self) -> str:
        return f"{self.count} {self.kind}"


class IssuedTag(models.Model):
    """Every tag ever given out, bound to a device or printed beforehand: a tag is never used twice."""

    code = models.CharField(max_length=9, unique=True)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, null=True, blank=True, related_name="tags")
    issued_at = models.DateTimeField()
    bound_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.code


class Medium(models.Model):
    """A storage medium: a thing of its own, whose history goes with it from device to device to the shredder."""

    code = models.CharField(max_length=9, unique=True)
    kind = models.CharField(max_length=20)
    manufacturer = models.CharField(max_length=100, blank=True, default="")
    model = models.CharField(max_length=150, blank=True, default="")
    serial = models.CharField(max_length=100, blank=True, default="")
    serial_key = models.CharField(max_length=100, blank=True, default="")
    capacity_bytes = models.PositiveBigIntegerField(null=True, blank=True)
    interface = models.CharField(max_length=20, blank=True, default="")
    state = models.CharField(max_length=20, default=MediumState.PENDING)
    seq = models.PositiveIntegerField(default=1)
    # Goes up when the content counts as unknown again: an older proof no longer speaks for it.
    cycle = models.PositiveSmallIntegerField(default=1)
    failures = models.PositiveSmallIntegerField(default=0)
    # Its batch was quarantined while its device could not go back to sanitisation: what stands here no longer counts.
    proof_withdrawn = models.BooleanField(default=False)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, null=True, blank=True, related_name="media")
    # Where a removed medium lies: a shelf, a crate, a shredder bag.
    place = models.CharField(max_length=60, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=[s.value for s in MediumState]), name="medium_state_known"),
            models.CheckConstraint(
                condition=~Q(state=MediumState.REMOVED) | (Q(device__isnull=True) & ~Q(place="")),
                name="removed_medium_has_a_place",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["serial_key"], name="medium_serial_key")]

    def __str__(self) -> str:
        return self.code


class MediumStay(models.Model):
    """A medium was in a device from then till then. An open stay keeps the device answerable for the medium."""

    medium = models.ForeignKey(Medium, on_delete=models.PROTECT, related_name="stays")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="stays")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    # An inspection that lists storage media has not seen it: since when, until one sees it again.
    missed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["medium"], condition=Q(until__isnull=True), name="a_medium_is_in_one_device"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(removed_by__isnull=False), name="a_removal_has_its_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.medium_id} in {self.device_id}"


class Merge(models.Model):
    """Two records turned out to be one machine: what merging them changed, so that it can be undone."""

    kept = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="merges")
    absorbed = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="absorptions")
    reason = models.CharField(max_length=30)
    # The matcher's reasons: each its English sentence and the facts that fill it.
    likeness = models.JSONField(default=list)
    # Where the kept device stood, and where the merge left it.
    status_before = models.CharField(max_length=30)
    seq_after = models.PositiveIntegerField(default=0)
    # Fields of the kept device that were empty and took the absorbed one's value; codes of the media that moved.
    filled = models.JSONField(default=list)
    media = models.JSONField(default=list)
    # The kept device's declaration that it holds no data, which coming media withdraw.
    no_data = models.JSONField(default=dict)
    merged_at = models.DateTimeField()
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    split_at = models.DateTimeField(null=True, blank=True)
    split_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    split_reason = models.CharField(max_length=30, blank=True, default="")

    class Meta:
        ordering = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["absorbed"], condition=Q(split_at__isnull=True), name="a_device_is_merged_into_one"
            ),
            models.CheckConstraint(condition=~Q(kept=models.F("absorbed")), name="a_device_is_not_merged_into_itself"),
            models.CheckConstraint(
                condition=Q(split_at__isnull=True) | Q(split_by__isnull=False), name="a_split_has_its_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.absorbed_id} into {self.kept_id}"

    @property
    def reasons(self) -> list[str]:
        """What spoke for it, in the reader's language."""
        return [told(sentence) % facts if facts else told(sentence) for sentence, facts in self.likeness]


class ToldApart(models.Model):
    """Somebody looked at two devices that seem to be one and said that they are not; `one` has the smaller id."""

    one = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="+")
    told_at = models.DateTimeField()
    told_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["one", "other"], name="two_devices_are_told_apart_once"),
            models.CheckConstraint(condition=Q(one__lt=models.F("other")), name="told_apart_in_one_order"),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} is not {self.other_id}"
