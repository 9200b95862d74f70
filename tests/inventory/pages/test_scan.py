"""Scanning: one code opens its thing, many make a list, and in the cellar every scan gets an answer."""

from __future__ import annotations

import io
import re

import pytest
from django.contrib.staticfiles import finders
from PIL import Image

from inventory.devices.commands import reserve_tags
from inventory.devices.models import Device
from inventory.devices.tags import grouped, tag_url
from inventory.lifecycle import Status
from tests.icons import ICONS, STATIC, drawn
from tests.journeys import declared, location, make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("write", [str.lower, grouped, lambda tag: tag_url(tag, "old.example")])
def test_a_tag_in_any_spelling_opens_its_device(desk, write):
    device = declared()
    assert desk("driver").get("/scan/", {"q": write(device.tag)}).headers["Location"] == f"/devices/{device.tag}/"


def test_a_serial_opens_its_device_and_a_disk_opens_its_page(desk):
    device = make(Status.AWAITING_SANITISATION)
    medium = device.media.get()
    technician = desk("technician")
    assert technician.get("/scan/", {"q": device.serial}).headers["Location"] == f"/devices/{device.tag}/"
    for code in (medium.code, medium.serial):
        assert technician.get("/scan/", {"q": code}).headers["Location"] == f"/media/{medium.code}/"


def test_what_is_nothing_known_becomes_a_search_with_its_reason(desk):
    tag = declared().tag
    swapped = tag[1] + tag[0] + tag[2:]
    page = desk("technician").get("/scan/", {"q": swapped if swapped != tag else "Bureau"}, follow=True)
    assert page.redirect_chain[0][0].startswith("/devices/?q=")
    assert "notice warning" in page.content.decode()
    found = desk("technician").get("/scan/", {"q": "Bureau"}, follow=True).content.decode()
    assert "is not a tag" in found
    assert grouped(tag) in found


def test_a_label_on_no_device_leads_to_registering_one(desk, people):
    (tag,) = reserve_tags(1, actor=people.technician)
    page = desk("technician").get("/scan/", {"q": tag})
    assert page.headers["Location"] == f"/devices/found/?tag={tag}"
    assert desk("driver").get("/scan/", {"q": tag}).headers["Location"].startswith("/devices/?q=")


def test_a_pasted_list_is_looked_up_line_by_line(desk):
    first, second = declared(), declared()
    page = desk("technician").post("/scan/", {"q": f"{first.tag}\r\n\r\n{second.serial}\r\nnothing at all"})
    html = page.content.decode()
    assert f"/devices/{first.tag}/" in html
    assert f"/devices/{second.tag}/" in html
    assert "nothing at all" in html
    assert desk("technician").get("/scan/").status_code == 200
    assert desk("technician").post("/scan/", {"q": "x\n" * 501}).status_code == 422
    assert desk("association_member").get("/scan/").status_code == 403


@pytest.mark.parametrize("code", ["HTTPS://RELAIS.EXAMPLE/M/MOVE/W2", "relais:mode:move:W2"])
def test_a_mode_card_begins_its_session(desk, code):
    location("W2")
    page = desk("technician").get("/scan/", {"q": code})
    assert page.headers["Location"] == "/scan/begin/move/?location=W2"
    assert "selected" in desk("technician").get("/m/move/W2", follow=True).content.decode()
    assert desk("technician").get("/M/DANCE").headers["Location"] == "/scan/sessions/"
    assert desk("technician").get("/scan/begin/dance/").status_code == 422


def _begin(client, act, **facts):
    return client.post(f"/scan/begin/{act}/", facts).headers["Location"]


def test_devices_are_received_one_scan_after_the_other(desk, people):
    location("W2")
    first, second, third = declared(), make(Status.IN_TRANSIT), make(Status.LOST)
    (free,) = reserve_tags(1, actor=people.technician)
    keeper = desk("warehouse_keeper")
    assert "Begin scanning" in keeper.get("/scan/receive/").content.decode()
    assert keeper.post("/scan/receive/", {"location": ""}).status_code == 422
    place = _begin(keeper, "receive", location="W2")
    assert "Scan the first label" in keeper.get(place).content.decode()

    def scan(text):
        return keeper.post(place, {"q": text}, follow=True).content.decode()

    def answer(html):
        return re.search(r'class="answer (\w+)".*?<p class="said">(.*?)</p>', html, re.DOTALL).groups()

    assert answer(scan(tag_url(first.tag, "any.example"))) == ("good", "Received at Dépôt W2.")
    assert answer(scan(second.serial))[0] == "good"
    assert answer(scan(first.tag))[0] == "warn"
    assert answer(scan(third.tag))[0] == "bad"
    assert answer(scan("rubbish"))[0] == "bad"
    html = scan(free)
    assert answer(html)[0] == "bad"
    assert f"/devices/found/?tag={free}&amp;location=W2" in html
    assert "<strong data-done>2</strong>" in html
    assert html.count('<li><span class="mark') == 6
    assert answer(scan("")) == answer(html)
    assert set(Device.objects.filter(location__code="W2")) == {first, second}
    assert keeper.post(place, {"q": "RELAIS:MODE:move:W2"}).headers["Location"] == "/scan/begin/move/?location=W2"


def test_a_session_is_listed_taken_up_again_undone_exported_and_closed(desk):
    location("W2")
    keeper = desk("warehouse_keeper")
    assert "No session yet" in keeper.get("/scan/sessions/").content.decode()
    place = _begin(keeper, "move", location="W2")
    devices = [make(Status.RECEIVED) for _number in range(3)]
    keeper.post(place, {"q": "\n".join(device.tag for device in devices)})
    assert place in desk("technician").get("/scan/sessions/").content.decode()
    assert "Undone" in keeper.post(f"{place}undo/", follow=True).content.decode()
    table = b"".join(keeper.get(f"{place}list.csv").streaming_content).decode()
    assert table.count("Moved to Dépôt W2.") == 2
    assert devices[0].tag in table
    assert "Its list is final" in keeper.post(f"{place}close/", follow=True).content.decode()
    assert keeper.post(f"{place}undo/").status_code == 409


def test_each_person_is_offered_the_acts_of_their_role(desk):
    technician = desk("technician").get("/scan/sessions/").content.decode()
    keeper = desk("warehouse_keeper").get("/scan/sessions/").content.decode()
    assert "/scan/begin/ready/" in technician
    assert "/scan/begin/ready/" not in keeper
    assert "/scan/begin/pick/" in keeper
    assert desk("driver").get("/scan/receive/").status_code == 403
    assert desk("auditor").post("/scan/begin/move/", {"location": "W1"}).status_code == 403
    assert desk("association_member").get("/scan/sessions/").status_code == 403


def test_who_may_not_scan_sees_the_list_without_the_field(desk):
    location("W2")
    place = _begin(desk("technician"), "move", location="W2")
    html = desk("auditor").get(place).content.decode()
    assert "data-scan-session" not in html
    assert desk("auditor").post(place, {"q": "x"}).status_code == 403


def test_the_app_has_icons_for_every_home_screen(desk):
    manifest = desk("technician").get("/scan/app.webmanifest").json()
    pictures = [icon for icon in manifest["icons"] if icon["type"] == "image/png"]
    assert {icon["sizes"] for icon in pictures} == {"192x192", "512x512"}
    assert [icon.get("purpose") for icon in pictures] == [None, None, "maskable"]
    for icon in pictures:
        path = finders.find(icon["src"].removeprefix("/static/"))
        with Image.open(path) as picture:
            assert f"{picture.width}x{picture.height}" == icon["sizes"]
    assert "icon-180.png" in desk("technician").get("/scan/sessions/").content.decode()


def test_the_icons_are_as_they_are_drawn():
    side, part = ICONS["icon-180.png"]
    with Image.open(STATIC / "icon-180.png") as kept, Image.open(io.BytesIO(drawn(side, part))) as fresh:
        assert kept.tobytes() == fresh.tobytes()
