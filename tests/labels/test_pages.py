"""Printing labels as a technician does it: one device, a pasted list, and new tags before the devices come."""

from __future__ import annotations

import io
import re

import pikepdf
import pytest
import zxingcpp
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from inventory.devices.commands import bind_tag, reserve_tags
from inventory.devices.models import IssuedTag
from inventory.devices.tags import grouped, new_tag, tag_url
from labels.contents import labels_of
from labels.queries import batches
from tests.journeys import declared

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, people):
    client.force_login(people.technician)
    return client


@pytest.fixture(autouse=True)
def _address(settings):
    settings.RELAIS_PUBLIC_HOST = "relais.brussels.example"
    settings.RELAIS_PHONE = "02 000 00 00"


def pages_of(response):
    assert response["Content-Type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(response.content)) as document:
        return len(document.pages)


def test_a_device_has_a_label_page_with_its_preview_and_its_files(desk):
    device = declared("laptop")
    page = desk.get(reverse("label", args=[device.tag]))
    assert page.status_code == 200
    html = page.content.decode()
    assert grouped(device.tag) in html
    assert tag_url(device.tag, "relais.brussels.example") in html
    source = re.search(r'<img src="([^"]+)"', html)[1].replace("&amp;", "&")
    picture = desk.get(source)
    assert picture["Content-Type"] == "image/png"
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture.content)))
    assert [code.text for code in found] == [tag_url(device.tag, "relais.brussels.example")]


def test_the_files_of_one_label_come_on_the_paper_asked_for(desk):
    tag = declared().tag
    wish = {"stock": "DK-11209", "first": 1, "copies": 2, "dpi": 300, "design": "device"}
    pdf = desk.post(reverse("label_file", args=[tag]), {**wish, "act": "save"})
    assert pages_of(pdf) == 2
    assert pdf["Content-Disposition"] == f'attachment; filename="labels-{tag}.pdf"'
    png = desk.post(reverse("label_file", args=[tag]), {**wish, "dpi": 203, "act": "png"})
    assert Image.open(io.BytesIO(png.content)).size == (496, 232)
    # The paper in the printer is remembered.
    assert b'value="DK-11209" selected' in desk.get(reverse("label", args=[tag])).content


def test_an_impossible_wish_is_answered_beside_its_field(desk):
    wish = {"stock": "L7160", "first": 22, "copies": 1, "dpi": 300, "design": "device"}
    response = desk.post(reverse("label_file", args=[declared().tag]), wish)
    assert response.status_code == 422
    assert "between 1 and 21" in response.content.decode()
    response = desk.get(reverse("label", args=[declared().tag]), {"stock": "L4731"})
    assert response.status_code == 422
    assert "<img src" not in response.content.decode()


def test_a_sheet_is_printed_from_whatever_was_scanned(desk):
    first, second = declared().tag, declared().tag
    scans = f"{grouped(first).lower()}\r\n{tag_url(second, 'old-host.example')}\n{first}\n"
    response = desk.post(
        reverse("label_sheet"),
        {"tags": scans, "stock": "L7160", "first": 21, "copies": 1, "dpi": 300, "design": "device", "act": "save"},
    )
    assert response.status_code == 200
    assert pages_of(response) == 2
    assert "attachment" in response["Content-Disposition"]


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ({"tags": "7K3QX9M21\n7K3QX9M22"}, "Line 2: The check symbol of “7K3QX9M22” does not fit"),
        ({"tags": ""}, "at least one tag"),
        ({"first": "22"}, "between 1 and 21"),
        ({"stock": "L4731"}, "not one of the available choices"),
        ({"copies": "51"}, "less than or equal to 50"),
    ],
)
def test_a_sheet_form_that_cannot_be_printed_says_why_and_keeps_the_answers(desk, wish, sentence):
    tag = declared().tag
    asked = {"tags": tag, "stock": "L7160", "first": "1", "copies": "1", "dpi": 300, "design": "device", **wish}
    response = desk.post(reverse("label_sheet"), asked)
    assert response.status_code == 422
    html = response.content.decode()
    assert sentence in html
    assert asked["tags"].splitlines()[:1] == [] or asked["tags"].splitlines()[0] in html


def test_a_tag_never_given_out_is_not_printed(desk):
    stranger = new_tag()
    response = desk.post(
        reverse("label_sheet"),
        {"tags": stranger, "stock": "L7160", "first": 1, "copies": 1, "dpi": 300, "design": "device"},
    )
    assert response.status_code == 404
    assert "never given out" in response.content.decode()
    assert desk.get(reverse("label", args=[stranger])).status_code == 404
    assert desk.get(reverse("label", args=["7K3QX9M22"])).status_code == 422


def test_a_list_of_devices_fills_the_form(desk):
    tags = [declared().tag for _number in range(3)]
    for response in (desk.get(reverse("labels"), {"tag": tags}), desk.post(reverse("labels"), {"tag": tags})):
        html = response.content.decode()
        assert "3 tags are on the list" in html
        assert all(grouped(tag) in html for tag in tags)


def test_new_tags_are_made_once_and_can_be_printed_again(desk, people):
    response = desk.post(reverse("labels_beforehand"), {"count": 24}, follow=True)
    assert len(response.redirect_chain) == 1
    codes = list(IssuedTag.objects.order_by("id").values_list("code", flat=True))
    assert len(codes) == 24
    html = response.content.decode()
    assert all(grouped(code) in html for code in codes)
    bind_tag(declared().tag, codes[0], actor=people.technician)
    (batch,) = batches(actor=people.technician)
    assert batch.free == 23
    again = desk.get(reverse("labels"), {"batch": batch.issued_at.isoformat()}).content.decode()
    textarea = re.search(r"<textarea.*?</textarea>", again, re.DOTALL)[0]
    assert grouped(codes[0]) not in textarea
    assert "23 tags are on the list" in again
    assert desk.post(reverse("labels_beforehand"), {"count": 0}).status_code == 422
    assert IssuedTag.objects.filter(issued_at=batch.issued_at).count() == 24


def test_only_those_who_label_print_labels(client, people):
    tag = declared().tag
    client.force_login(people.auditor)
    for address in (reverse("labels"), reverse("label", args=[tag]), reverse("label_preview")):
        assert client.get(address).status_code == 403
    for address in (reverse("label_sheet"), reverse("labels_beforehand")):
        assert client.post(address, {"tags": tag, "count": 1}).status_code == 403
    client.logout()
    assert client.get(reverse("labels")).status_code == 302


def test_a_label_says_its_kind_and_the_city_in_both_languages(people, settings):
    (label,) = labels_of([declared("screen").tag], actor=people.technician)
    assert label.kind
    assert label.fr == "Ville de Bruxelles · réemploi"
    assert label.nl == "Stad Brussel · hergebruik"
    assert label.phone == "02 000 00 00"
    (blank,) = labels_of(reserve_tags(1, actor=people.technician), actor=people.technician)
    assert blank.kind == ""


def test_a_long_list_costs_as_many_queries_as_a_short_one(people, django_assert_num_queries):
    tags = reserve_tags(400, actor=people.technician)
    assert people.technician.holds("label")
    for wanted in (tags[:1], tags):
        with django_assert_num_queries(1):
            assert len(labels_of(wanted, actor=people.technician)) == len(wanted)
    assert batches(actor=people.technician)[0].issued_at <= timezone.now()
