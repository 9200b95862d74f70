"""Lists brought in by programs: the same answers as on the pages."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from inventory.devices.models import Device
from tests.imports.test_runs import HEADER, ROWS
from tests.people import People

ADDRESS = "/api/imports/"


@pytest.fixture
def desk(client, people: People):
    client.force_login(people.warehouse_keeper)
    return client


def send(client, text: str, **more: str):
    return client.post(ADDRESS, {"file": SimpleUploadedFile("list.csv", text.encode()), **more})


def test_a_list_goes_from_upload_to_devices(desk):
    answer = send(desk, HEADER + ROWS)
    assert answer.status_code == 201
    run = answer.json()
    assert (run["state"], run["source"], run["counts"]["new"]) == ("previewed", "city", 2)
    rows = desk.get(f"{ADDRESS}{run['code']}/rows").json()
    assert [(row["line"], row["fate"]) for row in rows["items"]] == [(2, "new"), (3, "new")]
    applied = desk.post(f"{ADDRESS}{run['code']}/apply", {}, content_type="application/json").json()
    assert applied["state"] == "applied"
    assert Device.objects.count() == 2
    tags = [row["tag"] for row in desk.get(f"{ADDRESS}{run['code']}/rows").json()["items"]]
    assert set(tags) == set(Device.objects.values_list("tag", flat=True))
    assert [one["code"] for one in desk.get(ADDRESS).json()["items"]] == [run["code"]]


def test_problems_are_told_with_line_column_and_mend(desk):
    run = send(desk, HEADER + ROWS.replace("02/03/2026", "99/99/2026")).json()
    rows = desk.get(f"{ADDRESS}{run['code']}/rows?fate=problem").json()["items"]
    assert [row["line"] for row in rows] == [2, 3]
    assert rows[0]["problems"][0]["column"] == "Datum buitengebruikstelling"
    assert rows[0]["problems"][0]["mend"]
    refused = desk.post(f"{ADDRESS}{run['code']}/apply", {}, content_type="application/json")
    assert (refused.status_code, refused.json()["title"]) == (422, "bad_input")
    assert not Device.objects.exists()


def test_act_and_date_can_come_with_the_file(desk):
    text = "Asset Tag,Category,Model,Purchase Date,Purchase Cost\nRLS-1,Laptops,Book,1/2/23,9\n"
    run = send(desk, text, act_reference="BC-2026-9", decommissioned_on="2026-03-02").json()
    desk.post(f"{ADDRESS}{run['code']}/apply", {}, content_type="application/json")
    assert Device.objects.get().act_reference == "BC-2026-9"


def test_a_file_that_cannot_be_read_is_a_problem_document(desk):
    answer = send(desk, "%PDF-1.7")
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["title"] == "bad_file"


def test_a_preview_can_be_discarded(desk):
    run = send(desk, HEADER + ROWS).json()
    assert desk.post(f"{ADDRESS}{run['code']}/discard").json()["state"] == "discarded"
    assert desk.post(f"{ADDRESS}{run['code']}/discard").status_code == 409


def test_only_who_may_declare_brings_lists_in(client, people: People):
    client.force_login(people.driver)
    assert send(client, HEADER + ROWS).status_code == 403
    assert client.get(ADDRESS).status_code == 403
    assert client.get(f"{ADDRESS}nowhere").status_code == 403
    client.force_login(people.warehouse_keeper)
    assert client.get(f"{ADDRESS}nowhere").status_code == 404
