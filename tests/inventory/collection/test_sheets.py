"""The chain of custody on paper: every hand, every seal, every difference, in French and Dutch."""

from __future__ import annotations

import datetime as dt
import io

import pikepdf
import pytest
from django.urls import reverse
from django.utils import timezone

from inventory.collection.sheets import custody_of_device, custody_of_manifest
from inventory.devices.commands import receive
from inventory.devices.tags import grouped
from inventory.errors import NotAllowed, NotFound
from inventory.ledger.commands import seal
from inventory.lifecycle import Status
from tests.documents import text_of
from tests.inventory.collection.test_custody import brought, crate, planned, taken
from tests.journeys import declared, location, make
from tests.people import People

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "said"),
    [("fr", ["Chaîne de garde", "signé à l’écran", "Scannés"]), ("nl", ["Bewaringsketen", "Gescand"])],
)
def test_a_manifest_tells_who_gave_what_to_whom(people: People, language: str, said: list[str]) -> None:
    inside, loose, left = declared(), declared(), declared()
    packed = crate(people, inside, seal="S-77")
    manifest = taken(people, planned(people, inside, loose, left), packed.code, loose.tag, counted=2)
    brought(people, manifest, packed.code, seals={packed.code: "S-77"})
    pdf = custody_of_manifest(manifest.number, actor=people.auditor, language=language)
    text = text_of(pdf)
    for word in [*said, manifest.number, "S-77", "logistique", grouped(packed.code), grouped(loose.tag), inside.serial]:
        assert word in text, word
    for exception in manifest.exceptions.all():
        assert exception.number in text
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert opened.Root.MarkInfo.Marked


def test_a_device_tells_its_way_from_hand_to_hand(people: People) -> None:
    device = declared()
    past = timezone.now() - dt.timedelta(hours=5)
    manifest = taken(people, planned(people, device), device.tag, occurred_at=past)
    brought(people, manifest, device.tag)
    seal()
    text = text_of(custody_of_device(device.tag, actor=people.auditor, language="fr"))
    for word in (grouped(device.tag), device.serial, manifest.number, "encodé le", "Enlevé", "driss", "wanda"):
        assert word in text, word


def test_a_device_that_nobody_signed_for_says_so(people: People) -> None:
    device = make(Status.DECLARED)
    receive(device.tag, actor=people.technician, location=location("W1").code)
    text = text_of(custody_of_device(device.tag, actor=people.technician, language="nl"))
    assert "geen getekende overdracht" in text


def test_the_sheets_are_for_who_sees_the_things(desk, people: People) -> None:
    device = declared()
    manifest = taken(people, planned(people, device), device.tag)
    with pytest.raises(NotAllowed):
        custody_of_manifest(manifest.number, actor=people.counter_clerk, language="fr")
    with pytest.raises(NotFound):
        custody_of_manifest("C-2020-00001", actor=people.auditor, language="fr")
    answer = desk("driver").get(reverse("device_custody", args=[device.tag, "nl"]))
    assert answer["Content-Type"] == "application/pdf"
    assert desk("auditor").get(reverse("collection_custody", args=[manifest.number, "fr"])).status_code == 200
