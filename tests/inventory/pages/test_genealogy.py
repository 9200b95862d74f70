"""Two records side by side at the desk: compared, merged, split again, or told apart for good."""

from __future__ import annotations

import pytest

from inventory.devices.genealogy.commands import merge
from inventory.devices.models import ToldApart
from inventory.devices.tags import grouped
from inventory.lifecycle import Status
from tests.inventory.pages.seen import words
from tests.journeys import declared, make

pytestmark = pytest.mark.django_db


def twins():
    return [declared(manufacturer="Fictor", serial="TWIN-0001") for _ in range(2)]


def test_a_pair_is_listed_compared_and_merged(desk):
    one, other = twins()
    client = desk("technician")
    page = client.get("/genealogy/")
    assert "Maker and serial number are the same: TWIN-0001." in words(page)
    assert f"/devices/{one.tag}/merge/?other={other.tag}" in page.content.decode()
    address = f"/devices/{one.tag}/merge/?other={other.tag}"
    assert words(client.get(address)).count("differs") == 1, "their inventory numbers"
    answer = client.post(address, {"keep": other.tag, "reason": "seen_twice"})
    assert answer.headers["Location"] == f"/devices/{other.tag}/"
    told = words(client.get(f"/devices/{one.tag}/", follow=True))
    assert f"Also known as {grouped(one.tag)}" in told
    assert "Another record of the same device merged into it" in told
    assert "No device seems to stand here twice" in words(client.get("/genealogy/"))


def test_a_pair_told_apart_is_not_listed_again(desk):
    one, other = twins()
    client = desk("technician")
    client.post(f"/genealogy/{one.tag}/{other.tag}/")
    assert ToldApart.objects.count() == 1
    assert "No device seems" in words(client.get("/genealogy/"))


def test_a_merge_is_undone_on_its_page(desk, people):
    one, other = make(Status.READY), declared()
    merge(one.tag, other.tag, actor=people.technician, reason="relabelled")
    client = desk("technician")
    page = f"/devices/{other.tag}/split/"
    assert page in client.get(f"/devices/{one.tag}/").content.decode()
    assert "a record of its own again" in words(client.get(page))
    assert client.post(page, {}).status_code == 422
    answer = client.post(page, {"reason": "not_the_same"}, follow=True)
    assert answer.redirect_chain[-1][0] == f"/devices/{other.tag}/"
    assert client.get(page).status_code == 404


def test_the_other_record_is_asked_for_when_nobody_named_it(desk):
    one = declared()
    client = desk("technician")
    assert "Which other record" in words(client.get(f"/devices/{one.tag}/merge/"))
    assert client.get(f"/devices/{one.tag}/merge/?other={one.tag}").status_code == 409


def test_who_only_reads_sees_the_pairs_and_decides_nothing(desk):
    one, other = twins()
    client = desk("auditor")
    page = client.get("/genealogy/").content.decode()
    assert one.tag in page
    assert "Compare and merge" not in page
    assert client.get(f"/devices/{one.tag}/merge/?other={other.tag}").status_code == 403
    assert client.post(f"/genealogy/{one.tag}/{other.tag}/").status_code == 403
