"""The frame around every page: who sees which section, what a form says, and what a refusal looks like."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client

from backend.accounts.demo import DEMO_PASSWORD
from tests.people import People, person

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.backend.web.addresses")]


def page(client: Client, address: str, language: str = "en") -> str:
    return client.get(address, headers={"accept-language": language}).content.decode()


def signed_in(role: str) -> Client:
    client = Client()
    client.force_login(person(role), backend="django.contrib.auth.backends.ModelBackend")
    return client


def sections(html: str) -> list[str]:
    navigation = re.search(r'<nav class="sections".*?</nav>', html, re.S)
    return re.findall(r'<a href="([^"]+)"', navigation.group()) if navigation else []


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        ("technician", ["/", "/devices/", "/wiping/"]),
        ("auditor", ["/", "/devices/", "/audit/"]),
        ("association_member", ["/"]),
    ],
)
def test_people_see_the_sections_of_their_roles(role: str, seen: list[str]) -> None:
    assert sections(page(signed_in(role), "/")) == seen


def test_the_section_one_stands_in_is_marked_once() -> None:
    html = page(signed_in("technician"), "/devices/?page=3")
    assert re.findall(r'<a href="([^"]+)" aria-current="page"', html) == ["/devices/"]


def test_only_who_may_see_devices_gets_the_scan_field() -> None:
    assert 'name="q"' in page(signed_in("technician"), "/")
    assert 'name="q"' not in page(signed_in("association_member"), "/")


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_the_page_says_its_language_and_marks_it(language: str) -> None:
    html = page(signed_in("technician"), "/", language)
    assert f'<html lang="{language}">' in html
    assert re.findall(r'value="(..)"[^>]* aria-current="true"', html) == [language]


def test_a_change_of_language_comes_back_to_the_same_list() -> None:
    client = signed_in("technician")
    html = page(client, "/devices/?page=3&amp;sort=tag")
    assert 'name="next" value="/devices/?page=3' in html
    client.post("/i18n/setlang/", {"language": "nl", "next": "/devices/?page=3"})
    assert '<html lang="nl">' in page(client, "/devices/")


def test_pages_keep_the_filters_and_columns_turn_the_order() -> None:
    html = page(signed_in("technician"), "/devices/?page=3&status=ready&sort=tag")
    assert "?page=4&amp;status=ready&amp;sort=tag" in html
    assert 'aria-sort="ascending"' in html
    assert "?status=ready&amp;sort=-tag" in html


def test_a_history_shows_the_time_of_brussels() -> None:
    html = page(signed_in("technician"), "/")
    assert '<time datetime="2026-07-01T12:30:00+02:00">' in html
    assert "7K3Q-X9M2-1" in html


def test_a_form_ties_label_hint_error_and_field_together() -> None:
    html = page(signed_in("technician"), "/question/")
    assert '<a href="#id_name">' in html
    for name in ("id_name_helptext", "id_name_error", "id_agreed_helptext", "id_language_error"):
        assert html.count(f'id="{name}"') == 1
    described = set(" ".join(re.findall(r'aria-describedby="([^"]+)"', html)).split())
    assert described <= set(re.findall(r'\bid="([^"]+)"', html))
    assert html.count("(optional)") == 1


def test_every_link_of_the_error_summary_leads_to_a_field() -> None:
    html = page(signed_in("technician"), "/question/")
    targets = re.findall(r'<li><a href="#([^"]+)">', html)
    assert len(targets) == 3
    assert set(targets) <= set(re.findall(r'\bid="([^"]+)"', html))


def test_a_refusal_says_what_happened_and_leads_back() -> None:
    answer = signed_in("technician").get("/refuse/", headers={"referer": "http://testserver/devices/?page=3"})
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "&#x27;Hand over&#x27; cannot be taken &lt;now&gt;." in html
    assert 'href="http://testserver/devices/?page=3"' in html


def test_what_is_not_there_gets_a_page_in_the_frame() -> None:
    answer = signed_in("technician").get("/nowhere/")
    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.content.decode()


def test_the_page_of_last_resort_needs_neither_request_nor_database() -> None:
    assert "Something went wrong on our side" in render_to_string("500.html")


def test_a_form_from_elsewhere_is_told_to_come_again() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person("technician"), backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post("/question/", {"name": "x"})
    assert answer.status_code == 403
    assert "Nothing was saved" in answer.content.decode()


def test_the_public_frame_shows_no_section_and_no_scan_field() -> None:
    html = page(Client(), "/t/x/")
    assert sections(html) == []
    assert 'name="q"' not in html
    assert 'href="tel:' in html


def test_the_sign_in_page_shows_people_only_in_the_demonstration(settings: Any, people: People) -> None:
    assert DEMO_PASSWORD not in page(Client(), "/accounts/login/")
    settings.RELAIS_DEMO = True
    html = page(Client(), "/accounts/login/")
    assert html.count(DEMO_PASSWORD) == len(people.__slots__)


def test_signing_in_works_with_a_user_name_and_an_address(settings: Any) -> None:
    user = person("auditor")
    user.email = "aurore@relais.example"
    user.set_password(DEMO_PASSWORD)
    user.save()
    for name in ("aurore", "aurore@relais.example"):
        answer = Client().post("/accounts/login/", {"login": name, "password": DEMO_PASSWORD})
        assert (answer.status_code, answer["Location"]) == (302, "/")


@pytest.mark.parametrize("address", ["login", "logout", "password/change", "password/reset", "password/reset/done"])
def test_every_page_about_the_account_stands_in_the_frame(address: str) -> None:
    user = person("auditor")
    user.set_password(DEMO_PASSWORD)
    user.save()
    client = Client() if address == "login" else signed_in("auditor")
    html = page(client, f"/accounts/{address}/")
    assert html.count("<h1>") == 1
    assert 'class="brand"' in html
