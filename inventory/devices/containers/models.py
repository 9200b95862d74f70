"""A container, what lies in it from when till when, and each seal with the contents it froze."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.devices.models import Device, Location, Medium


class ContainerKind(StrEnum):
    """What a container is; the word chooses its label."""

    CRATE = "crate"
    PALLET = "pallet"
    BAG = "bag"

    @property
    def label(self) -> Promise:
        """The kind in the reader's language."""
        return CONTAINER_LABELS[self]


CONTAINER_LABELS: dict[ContainerKind, Promise] = {
    ContainerKind.CRATE: _("Crate"),
    ContainerKind.PALLET: _("Pallet"),
    ContainerKind.BAG: _("Shredder bag"),
}


class Container(models.Model):
    """A crate, a pallet or a shredder bag, under a tag printed beforehand that no device can bear after it."""

    code = models.CharField(max_length=9, unique=True)
    kind = models.CharField(max_length=10)
    location = models.ForeignKey(Location, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    seq = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in ContainerKind]), name="container_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class ContainerItem(models.Model):
    """A device or a storage medium lay in a container from then till then."""

    container = models.ForeignKey(Container, on_delete=models.PROTECT, related_name="items")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, null=True, blank=True, related_name="packings")
    medium = models.ForeignKey(Medium, on_delete=models.PROTECT, null=True, blank=True, related_name="packings")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    put_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["device"], condition=Q(until__isnull=True), name="a_device_lies_in_one_container"
            ),
            models.UniqueConstraint(
                fields=["medium"], condition=Q(until__isnull=True), name="a_medium_lies_in_one_container"
            ),
            models.CheckConstraint(
                condition=Q(device__isnull=True, medium__isnull=False) | Q(device__isnull=False, medium__isnull=True),
                name="an_item_is_a_device_or_a_medium",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(taken_by__isnull=False), name="somebody_takes_an_item_out"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.device_id or self.medium_id} in {self.container_id}"


class Sealing(models.Model):
    """A seal on a container, and what lay in it at that moment, as it was printed then (ISO/IEC 27037: packaging)."""

    container = models.ForeignKey(Container, on_delete=models.PROTECT, related_name="sealings")
    seal = models.CharField(max_length=60)
    # Rows as printed: code, what it is, serial; and the SHA-256 of {"contents": rows} as canonical JSON.
    contents = models.JSONField()
    sha256 = models.CharField(max_length=64)
    count = models.PositiveIntegerField()
    sealed_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    sealed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    broken_at = models.DateTimeField(null=True, blank=True)
    broken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The number on the seal as whoever broke it read it.
    seal_found = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["container"], condition=Q(broken_at__isnull=True), name="a_container_bears_one_seal"
            ),
            models.CheckConstraint(condition=~Q(seal=""), name="a_seal_has_its_number"),
            models.CheckConstraint(
                condition=Q(broken_at__isnull=True) | Q(broken_by__isnull=False), name="somebody_breaks_a_seal"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seal} on {self.container_id}"

    @property
    def differs(self) -> bool:
        """Whether the seal that was broken is another than the one that was put on."""
        return self.broken_at is not None and not same_seal(self.seal, self.seal_found)


def same_seal(one: str, other: str) -> bool:
    """Whether two readings are of one seal: case, spaces and hyphens do not tell seals apart."""
    return _bare(one) == _bare(other)


def _bare(seal: str) -> str:
    return "".join(sign for sign in seal.upper() if sign.isalnum())
