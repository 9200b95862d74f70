"""A member may open every address that anybody in the house was led to, and finds nothing of another association."""

from __future__ import annotations

import html
import re
from collections import Counter
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import Resolver404, resolve

from backend.accounts.models import User
from backend.api import api
from inventory.allocation.models import Round
from inventory.associations.filing_models import Filing
from inventory.associations.models import Association, Contact, Request
from inventory.devices.models import Device
from inventory.handover.models import Agreement
from inventory.ledger.models import Entry

pytestmark = pytest.mark.django_db

STAFF = ("claire", "pol", "wanda", "aurore", "dora", "adam", "anouk")
# Addresses of one pattern that are tried: those of thirty requests are all alike.
MOST_ALIKE = 4
LINK = re.compile(r'(?:href|action|src|formaction)="(/[^"]*)"')
# Signing out ends the visit; the rest belongs to Django or to no person.
NOT_TRIED = ("/accounts/", "/static/", "/admin/", "/language/")


@pytest.fixture
def city(settings) -> list[Association]:
    """The demonstration city; the associations that are not the member's."""
    settings.RELAIS_DEMO = True
    call_command("load_demo")
    member = User.objects.get(username="mehdi")
    others = list(Association.objects.exclude(memberships__user=member))
    assert len(others) >= 20
    return others


def signed_in(username: str) -> Client:
    client = Client(headers={"accept-language": "fr"})
    client.force_login(User.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend")
    return client


def route_of(address: str) -> str:
    try:
        return str(resolve(urlsplit(address).path).route)
    except Resolver404:
        return ""


def reached(client: Client) -> set[str]:
    """Every address that links, forms and pictures lead this person to, a few of each pattern."""
    known, waiting, alike = {"/"}, ["/"], Counter[str]()
    while waiting:
        address = waiting.pop(0)
        answer = client.get(address)
        # Read whole, a streamed one too: what is left unread is never closed by Django's client.
        content = answer.getvalue()
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        for found in LINK.findall(content.decode()):
            link = html.unescape(found).split("#")[0]
            route = route_of(link)
            if link in known or not route or link.startswith(NOT_TRIED) or alike[route] >= MOST_ALIKE:
                continue
            known.add(link)
            alike[route] += 1
            waiting.append(link)
    return known


def marks_of(others: list[Association]) -> set[str]:
    """What tells that a page speaks of one of these associations."""
    marks = {mark for one in others for mark in (one.code, one.name, one.enterprise_number, one.email)}
    marks |= set(Request.objects.filter(association__in=others).values_list("reference", flat=True))
    marks |= set(Agreement.objects.filter(association__in=others).values_list("number", flat=True))
    marks |= set(Contact.objects.filter(association__in=others).values_list("email", flat=True))
    return {mark for mark in marks if mark}


def told(client: Client, address: str, marks: set[str]) -> set[str]:
    """Which of the marks an answer carries; an address that asks back what it was given tells nothing."""
    answer = client.get(address)
    content = answer.getvalue()
    if answer.status_code != 200:
        return set()
    text = html.unescape(content.decode(errors="replace"))
    return {mark for mark in marks if mark in text and mark not in address}


def test_a_member_reads_and_does_nothing_of_another_association_by_any_address(city: list[Association]) -> None:
    # One test, for the city takes longer to lay than all its addresses to try.
    addresses = set().union(*(reached(signed_in(name)) for name in (*STAFF, "mehdi")))
    assert len({route_of(one) for one in addresses}) > 150
    _reads_nothing(sorted(addresses), marks_of(city))
    _reads_nothing(operations(city), marks_of(city))
    _does_nothing(sorted(addresses), city)


def operations(others: list[Association]) -> list[str]:
    """The API's addresses of lists, and of each thing of another association."""
    known = {
        "associations": [one.code for one in others],
        "requests": list(Request.objects.filter(association__in=others).values_list("reference", flat=True)),
        "agreements": list(Agreement.objects.filter(association__in=others).values_list("number", flat=True)),
        "rounds": [str(number) for number in Round.objects.values_list("number", flat=True)],
        "devices": list(Device.objects.order_by("-pk").values_list("tag", flat=True)),
    }
    addresses = []
    for path, ways in api.get_openapi_schema()["paths"].items():
        values = known.get(path.removeprefix("/api/").split("/")[0], []) if path.count("{") == 1 else []
        values = [""] if "{" not in path else values[:MOST_ALIKE]
        addresses += [re.sub(r"\{[^}]*\}", value, path) for value in values if "get" in ways]
    assert len(addresses) > 60
    return addresses


def _reads_nothing(addresses: list[str], marks: set[str]) -> None:
    member, stranger = signed_in("mehdi"), Client()
    leaks = {one: found for one in addresses if (found := told(member, one, marks))}
    # What the law makes public, a stranger reads too: a round's report on its public page.
    public = {one: re.sub("^/api/(rounds/.*)report$", r"/public/\1", one) for one in leaks}
    leaks = {one: found - told(stranger, public[one], marks) for one, found in leaks.items()}
    assert {one: found for one, found in leaks.items() if found} == {}


def _does_nothing(addresses: list[str], others: list[Association]) -> None:
    member, before = signed_in("mehdi"), Entry.objects.count()
    filed = Filing.objects.filter(request__association__in=others).count()
    answers = {}
    for one in addresses:
        answer = member.post(one)
        answer.getvalue()
        answers[one] = answer.status_code
    assert {one: code for one, code in answers.items() if code >= 500} == {}
    done = "\n".join(Entry.objects.order_by("pk").values_list("body", flat=True)[before:])
    assert [mark for mark in marks_of(others) if mark in done] == []
    assert Filing.objects.filter(request__association__in=others).count() == filed
