"""Each design says what it is for in both languages, takes its own codes only, and opens what it says."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse
from PIL import Image

from inventory.devices.commands import reserve_tags
from inventory.devices.models import Medium
from inventory.devices.tags import tag_url
from inventory.errors import BadInput, Conflict, NotAllowed, NotFound
from inventory.ledger.models import Entry
from inventory.lifecycle import Status
from inventory.scanning.cards import Card, read_card
from inventory.scanning.models import ActName
from labels.contents import ACTS, DESIGNS, labels_of, sample
from labels.jobs import Wish, preview
from labels.printing import take_file
from tests.journeys import declared, location, make
from tests.labels.marks import by_zxing

pytestmark = pytest.mark.django_db
HOST = "relais.brussels.example"


@pytest.fixture(autouse=True)
def _address(settings):
    settings.RELAIS_PUBLIC_HOST = HOST


def test_crates_pallets_and_bags_take_free_tags_and_no_device_s(people):
    (free,) = reserve_tags(1, actor=people.technician)
    for design, words in (("crate", "Caisse · Krat"), ("pallet", "Palette · Pallet"), ("bag", "Te vernietigen")):
        (label,) = labels_of([free], actor=people.technician, design=design)
        assert words in label.kind
        assert label.url == tag_url(free, HOST)
        with pytest.raises(Conflict, match="on a device already"):
            labels_of([declared().tag], actor=people.technician, design=design)


def test_a_storage_medium_has_its_label(people, client):
    make(Status.AWAITING_SANITISATION)
    medium = Medium.objects.get()
    (label,) = labels_of([medium.code], actor=people.technician, design="medium")
    assert " · " in label.kind
    assert label.url == tag_url(medium.code, HOST)
    with pytest.raises(NotFound, match="no storage medium"):
        labels_of([declared().tag], actor=people.technician, design="medium")
    client.force_login(people.technician)
    page = client.get(reverse("medium", args=[medium.code])).content.decode()
    address = f"{reverse('label', args=[medium.code])}?design=medium"
    assert address in page
    assert client.get(address).status_code == 200
    # The code on the label leads back to it.
    assert client.get(f"/T/{medium.code}")["Location"] == reverse("medium", args=[medium.code])


def test_shelves_and_mode_cards_come_all_at_once_and_are_not_counted(people):
    for code in ("W1", "W1-A-03"):
        location(code)
    shelves = labels_of([], actor=people.technician, design="shelf")
    assert [label.tag for label in shelves] == ["W1", "W1-A-03"]
    assert shelves[1].headings == (("W1-A-03",), ("W1-A-", "03"))
    cards = labels_of([], actor=people.technician, design="mode")
    # What a card says is what the scanning page understands.
    assert [read_card(label.url) for label in cards] == [Card(act) for act in ActName]
    assert [read_card(label.url) for label in shelves] == [Card(ActName.MOVE, "W1"), Card(ActName.MOVE, "W1-A-03")]
    assert set(ACTS) == set(ActName)
    take_file(Wish(design="mode"), "pdf", actor=people.technician)
    assert not Entry.objects.filter(subject_kind="label").exists()
    with pytest.raises(NotFound):
        labels_of(["W9"], actor=people.technician, design="shelf")
    with pytest.raises(BadInput, match="receive, move"):
        labels_of(["DANCE"], actor=people.technician, design="mode")


def test_what_is_asked_wrongly_is_refused(people):
    with pytest.raises(BadInput, match="no label design"):
        labels_of([], actor=people.technician, design="poster")
    with pytest.raises(BadInput, match="at least one tag"):
        labels_of([], actor=people.technician)
    with pytest.raises(NotAllowed):
        labels_of([], actor=people.auditor, design="mode")


@pytest.mark.parametrize("design", DESIGNS)
def test_every_design_can_be_looked_at_before_there_is_anything(people, design):
    picture = Image.open(io.BytesIO(preview(Wish(design=design, logo=True), actor=people.technician)))
    label = sample(design)
    assert by_zxing(picture) == [label.url]
    assert len(label.url) <= 60
    assert label.fr
    assert label.nl


def test_the_form_shows_the_preview_it_was_asked_for(client, people):
    client.force_login(people.technician)
    location("W1")
    asked = {"tags": "W1", "design": "shelf", "stock": "L7165", "first": 3, "copies": 2, "dpi": 300, "act": "show"}
    page = client.post(reverse("label_sheet"), {**asked, "logo": "on"}).content.decode()
    assert "design=shelf&amp;stock=L7165" in page
    assert "first=3&amp;count=2" in page
    unknown = client.post(reverse("label_sheet"), {**asked, "design": "device", "tags": "7K3QX9M21"})
    assert unknown.status_code == 200
    assert "was never given out" in unknown.content.decode()
    api = client.get("/api/labels/preview", {"design": "shelf", "stock": "L7160", "code": "W1"})
    assert api.json() == {"stock": "L7160", "width": 360, "height": 216}
    small = client.get("/api/labels/preview", {"stock": "L4731"})
    assert "too small" in small.json()["detail"]
