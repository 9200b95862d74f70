"""What the QR code tells a stranger: the same page for every tag, and nothing that is nobody's business."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from inventory.devices.commands import reserve_tags
from inventory.devices.tags import grouped, new_tag
from inventory.lifecycle import Status
from tests.journeys import make

pytestmark = pytest.mark.django_db


def page(address, language="en"):
    answer = Client(headers={"accept-language": language}).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def shape(html):
    """The page without its words: the tags in their order."""
    return re.findall(r"<(/?\w+)", re.sub(r"<dd>.*?</dd>", "<dd></dd>", html, flags=re.DOTALL))


@pytest.mark.parametrize("status", list(Status))
def test_a_stranger_learns_the_kind_and_no_more(status):
    device = make(status)
    html = page(f"/t/{device.tag}/")
    assert "Desktop computer" in html
    secrets = [device.serial, device.inventory_number, device.department, device.act_reference, "Dépôt", "Fictor"]
    secrets += [str(status.label)] if status is not Status.DECLARED else []
    secrets += [medium.serial for medium in device.media.all()]
    kept = device.reservations.first()
    secrets += [kept.line.request.association.name, kept.line.request.reference] if kept else []
    for secret in secrets:
        assert secret not in html
    assert "02 000 00 00" in html


def test_only_a_proven_device_is_called_erased():
    given = make(Status.HANDED_OVER)
    html = page(f"/t/{given.tag}/")
    assert "Erased and checked" in html
    assert given.media.get().certificates.get().number in html
    waiting = make(Status.AWAITING_SANITISATION)
    assert "Erased and checked" not in page(f"/t/{waiting.tag}/")
    assert "W-" not in page(f"/t/{waiting.tag}/")


def test_unknown_free_and_malformed_tags_get_the_same_page(people):
    known = make(Status.RECEIVED)
    (free,) = reserve_tags(1, actor=people.technician)
    strangers = [f"/t/{new_tag()}/", f"/t/{free}/", "/t/7K3QX9M22/", "/t/x/", "/t/%3Cscript%3E/"]
    pages = [page(address) for address in strangers]
    without = [re.sub(r'(name="(next|csrfmiddlewaretoken)" value|href)="[^"]*"', "", html) for html in pages]
    assert len(set(without)) == 1
    assert shape(pages[0]) == shape(page(f"/t/{known.tag}/"))


@pytest.mark.parametrize("write", ["/T/{}", "/T/{}/", "/t/{}", "/t/{}/"])
def test_the_address_is_matched_in_any_case(write):
    device = make(Status.READY)
    for tag in (device.tag, device.tag.lower(), grouped(device.tag)):
        assert "Desktop computer" in page(write.format(tag))


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_it_speaks_three_languages_and_names_the_city_in_two(language):
    html = page(f"/t/{new_tag()}/", language)
    assert f'<html lang="{language}">' in html
    assert "Ville de Bruxelles" in html
    assert "Stad Brussel" in html


def test_colleagues_go_to_the_devices_own_page(desk):
    device = make(Status.READY)
    assert desk("driver").get(f"/T/{device.tag}").headers["Location"] == f"/devices/{device.tag}/"
    assert desk("association_member").get(f"/t/{device.tag}/").status_code == 200


def test_the_service_says_that_it_lives():
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")
    assert Client().post("/healthz").status_code == 405
