"""A device with one unvalidated medium is released by no operation, bulk act or back office, whoever tries."""

from __future__ import annotations

import json

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import Client

from backend.api import api
from inventory.devices.models import Device
from inventory.devices.steps import take_steps
from inventory.errors import Refusal
from inventory.lifecycle import LIFECYCLE, PROVEN_CLEAN, Status
from tests import journeys
from tests.api.programs import Program, done, jack_of_all_trades, refused
from tests.people import People
from tests.people import person as _person

pytestmark = pytest.mark.django_db


@pytest.fixture
def dirty(people: People) -> Device:
    """One disk proven, one not: the second one must hold the device back."""
    device = journeys.make(Status.RECEIVED)
    journeys.prove(journeys.with_medium(device))
    journeys.with_medium(device)
    device.refresh_from_db()
    done(Program(people.technician).post(f"/devices/{device.tag}/steps/inspect"))
    device.refresh_from_db()
    return device


@pytest.fixture
def jack(people: People) -> Program:
    return Program(jack_of_all_trades())


def _not_released(device: Device) -> None:
    device.refresh_from_db()
    assert device.status not in PROVEN_CLEAN


def test_no_operation_releases_it(dirty: Device, jack: Program) -> None:
    wanted = journeys.request()
    journeys.award(wanted)
    tags = [dirty.tag]
    tries = [
        (f"/devices/{dirty.tag}/ready", {"grade": "A"}),
        (f"/devices/{dirty.tag}/release", {"reason": "mistake"}),
        (f"/devices/{dirty.tag}/tests", {"outcomes": {"starts": {"outcome": "pass"}}}),
        (f"/devices/{dirty.tag}/no-data", {"checked_how": "opened_and_looked"}),
        (f"/requests/{wanted.reference}/lines/1/reservations", {"tags": tags}),
        ("/agreements", {"association": wanted.association.code, "tags": tags}),
        *((f"/devices/{dirty.tag}/steps/{row.name}", None) for row in LIFECYCLE if row.target in PROVEN_CLEAN),
        *(("/devices/steps", {"step": row.name, "tags": tags}) for row in LIFECYCLE if row.target in PROVEN_CLEAN),
    ]
    for path, body in tries:
        assert jack.post(path, body).status_code in {409, 422}, path
        _not_released(dirty)


def test_no_bulk_act_releases_it_and_its_clean_neighbours_wait(dirty: Device, jack: Program) -> None:
    clean = journeys.make(Status.SANITISED)
    body = {"step": "start_refurbishment", "tags": [clean.tag, dirty.tag]}
    problem = refused(jack.post("/devices/steps", body), 409, "step_refused")
    assert problem["facts"]["tags"] == [dirty.tag]
    refused(
        jack.post("/devices/steps", {"step": "confirm_sanitised", "matching": {"q": dirty.tag}}), 409, "step_refused"
    )
    with pytest.raises(Refusal), transaction.atomic():
        take_steps([dirty.tag], "confirm_sanitised", actor=jack.user)
    _not_released(dirty)
    clean.refresh_from_db()
    assert clean.status == Status.SANITISED


def test_describing_it_does_not_change_where_it_stands(dirty: Device, jack: Program) -> None:
    body = {"status": "ready", "grade": "A", "model": "Bureau 301"}
    assert done(jack.patch(f"/devices/{dirty.tag}", body))["status"] == "awaiting_sanitisation"
    _not_released(dirty)


def test_the_back_office_holds_nothing_of_the_business(dirty: Device) -> None:
    business = {"inventory", "imports", "labels"}
    shown = [model for model in admin.site._registry if model._meta.app_label in business]
    for model in shown:
        office = admin.site._registry[model]
        assert office.__class__.has_change_permission is not admin.ModelAdmin.has_change_permission, model
    root = _person("administrator", name="root")
    root.is_staff = root.is_superuser = True
    root.save()
    client = Client()
    client.force_login(root)
    answer = client.post(f"/admin/inventory/device/{dirty.pk}/change/", {"status": "ready", "grade": "A"})
    assert answer.status_code in {403, 404}
    _not_released(dirty)


def test_being_a_superuser_opens_no_operation(dirty: Device, people: People) -> None:
    people.driver.is_superuser = True
    people.driver.save()
    program = Program(people.driver)
    refused(program.post(f"/devices/{dirty.tag}/steps/confirm_sanitised"), 403, "not_allowed")


def test_the_document_offers_no_operation_that_writes_a_status() -> None:
    document = json.loads(json.dumps(api.get_openapi_schema(), default=str))
    taken = [
        name
        for name, schema in document["components"]["schemas"].items()
        if name.endswith("In") and "status" in schema.get("properties", {})
    ]
    assert taken == []
