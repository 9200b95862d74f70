"""What columns mean as a person says it: shown with values, read anew, kept for the department, and forgotten."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.urls import reverse

from imports import runs
from imports.choosing import choose_columns, forget_mapping
from imports.models import Fate, ImportRun, SavedMapping, State
from imports.queries import rows_of
from imports.runs import apply, discard, read_upload, stage
from inventory.devices.models import Device
from inventory.documents import spool
from inventory.errors import BadInput, Conflict, NotAllowed, NotFound
from tests.imports.test_long_lists import worker
from tests.people import People

pytestmark = pytest.mark.django_db

HEADER = "Inventarisnummer;Toestel;Bouwer;Gebruiker;Opmerkingen;Akte;Datum van buitengebruikstelling\n"
LIST = (
    HEADER
    + "M-1;Bureau 400;Hestia;an@stad.example;van An;BC-1;02/03/2026\nM-2;Bureau 500;Hestia;bob;;BC-1;02/03/2026\n"
)
OTHER = LIST.replace("M-", "N-")
CHOICE = {"Toestel": "model", "Bouwer": "manufacturer"}


def brought(text: str, people: People) -> ImportRun:
    return stage(read_upload(io.BytesIO(text.encode()), "list.csv"), actor=people.warehouse_keeper)


def test_each_column_is_told_with_two_values_but_for_people_and_remarks(people):
    columns = {one["heading"]: one for one in brought(LIST, people).mapping["columns"]}
    assert columns["Toestel"] == {
        "heading": "Toestel", "field": "", "why": "unrecognised", "samples": ["Bureau 400", "Bureau 500"]
    }  # fmt: skip
    assert (columns["Inventarisnummer"]["field"], columns["Bouwer"]["samples"]) == ("inventory_number", ["Hestia"])
    assert (columns["Gebruiker"]["why"], columns["Gebruiker"]["samples"]) == ("personal", [])
    assert columns["Opmerkingen"]["samples"] == []


def test_a_choice_is_read_at_once_and_again_for_the_same_headings(people):
    run = choose_columns(
        brought(LIST, people).code, actor=people.warehouse_keeper, fields=CHOICE, department=" Stedenbouw "
    )
    assert rows_of(run)[0].values["model"] == "Bureau 400"
    assert run.mapping["unrecognised"] == []
    second = brought(OTHER, people)
    assert (second.mapped_for, rows_of(second)[1].values["manufacturer"]) == ("Stedenbouw", "Hestia")
    apply(second.code, actor=people.warehouse_keeper)
    assert Device.objects.filter(model__startswith="Bureau", manufacturer="Hestia").count() == 2
    assert brought("Andere;" + LIST.replace("\n", "\n;"), people).mapped_for == "", "other headings"
    forget_mapping(SavedMapping.objects.get().code, actor=people.warehouse_keeper)
    assert brought(LIST, people).mapped_for == ""


def test_a_choice_without_a_department_is_for_this_list_only(people):
    choose_columns(brought(LIST, people).code, actor=people.warehouse_keeper, fields=CHOICE)
    assert not SavedMapping.objects.exists()
    assert brought(OTHER, people).choice == {}


def test_a_column_can_be_left_out_and_another_take_its_field(people):
    run = brought(LIST, people)
    run = choose_columns(run.code, actor=people.warehouse_keeper, fields={"Akte": "", "Toestel": "inventory_number"})
    assert rows_of(run)[0].values["inventory_number"] == "Bureau 400"
    assert (run.counts["without_act"], run.mapping["doubled"]) == (2, ["Inventarisnummer"])


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"Gebruiker": "model"}, "names people"),
        ({"Nergens": "model"}, "no column"),
        ({"Toestel": "colour"}, "no field"),
        ({"Toestel": "model", "Bouwer": "model"}, "Two columns"),
        ({"Inventarisnummer": ""}, "No column holds"),
    ],
)
def test_what_cannot_be_chosen_is_refused_and_the_preview_stays(people, fields, said):
    run = brought(LIST, people)
    with pytest.raises(BadInput, match=said):
        choose_columns(run.code, actor=people.warehouse_keeper, fields=fields, department="D")
    run.refresh_from_db()
    assert (run.choice, run.rows.count(), SavedMapping.objects.count()) == ({}, 2, 0)


def test_the_file_and_the_values_go_when_the_run_ends(people, settings):
    spooled = Path(settings.RELAIS_SPOOL)
    one, other = brought(LIST, people), brought(OTHER, people)
    assert len(list(spooled.iterdir())) == 2
    apply(one.code, actor=people.warehouse_keeper)
    discard(other.code, actor=people.warehouse_keeper)
    assert list(spooled.iterdir()) == []
    for run in ImportRun.objects.all():
        assert not any(column["samples"] for column in run.mapping["columns"])
    with pytest.raises(Conflict, match="settled already"):
        choose_columns(one.code, actor=people.warehouse_keeper, fields=CHOICE)


def test_after_a_day_the_file_is_asked_for_again(people, monkeypatch):
    run = brought(LIST, people)
    now = spool.time.time()
    monkeypatch.setattr(spool.time, "time", lambda: now + 86_000)
    assert spool.sweep() == 0
    monkeypatch.setattr(spool.time, "time", lambda: now + 87_000)
    assert spool.sweep() == 1
    with pytest.raises(Conflict, match="Upload it again"):
        choose_columns(run.code, actor=people.warehouse_keeper, fields=CHOICE)


def test_a_long_list_is_read_anew_by_a_worker(people, monkeypatch, settings):
    for module in (runs, __import__("imports.choosing", fromlist=["x"])):
        monkeypatch.setattr(module, "SMALL_BYTES", 0)
    run = brought(LIST, people)
    worker()
    run = choose_columns(run.code, actor=people.warehouse_keeper, fields=CHOICE, department="Stedenbouw")
    assert (run.state, run.counts) == (State.READING, {})
    worker()
    run.refresh_from_db()
    assert (run.state, run.rows.count(), rows_of(run)[0].values["model"]) == (State.PREVIEWED, 2, "Bureau 400")


def test_who_may_not_declare_neither_chooses_nor_forgets(people):
    run = brought(LIST, people)
    with pytest.raises(NotAllowed):
        choose_columns(run.code, actor=people.auditor, fields=CHOICE)
    with pytest.raises(NotAllowed):
        forget_mapping("nothing", actor=people.auditor)
    with pytest.raises(NotFound):
        forget_mapping("nothing", actor=people.warehouse_keeper)


def test_the_page_shows_the_columns_takes_a_choice_and_tells_what_was_kept(desk, people):
    client = desk("warehouse_keeper")
    run = brought(LIST, people)
    page = reverse("import_run", args=[run.code])
    html = client.get(page).content.decode()
    assert "Bureau 400 · Bureau 500" in html
    assert "Not recognised: Toestel, Bouwer." in html
    assert 'name="column_3"' not in html, "it names people"
    chosen = {"column_0": "inventory_number", "column_1": "model", "column_2": "manufacturer", "column_4": ""}
    chosen |= {"column_5": "act_reference", "column_6": "decommissioned_on", "department": "Stedenbouw"}
    twice = client.post(f"{page}columns/", chosen | {"column_2": "model"})
    assert twice.status_code == 422
    assert "Another column feeds this field already" in twice.content.decode()
    html = client.post(f"{page}columns/", chosen, follow=True).content.decode()
    assert "The columns are read as was kept for: Stedenbouw." in html
    saved = SavedMapping.objects.get()
    assert saved.fields == CHOICE
    assert "Toestel → Model" in client.get(reverse("imports")).content.decode()
    client.post(reverse("import_mapping_forget", args=[saved.code]))
    assert "Toestel → Model" not in client.get(reverse("imports")).content.decode()


def test_programs_choose_too(client, people):
    client.force_login(people.warehouse_keeper)
    code = brought(LIST, people).code
    body = json.dumps({"fields": CHOICE, "department": "Stedenbouw"})
    run = client.post(f"/api/imports/{code}/columns", body, content_type="application/json").json()
    assert (run["mapped_for"], run["mapping"]["columns"][1]["field"]) == ("Stedenbouw", "model")
    (saved,) = client.get("/api/imports/mappings").json()["items"]
    assert saved["fields"] == CHOICE
    assert client.post(f"/api/imports/mappings/{saved['code']}/forget").status_code == 200
    assert rows_of(ImportRun.objects.get(), fate=Fate.NEW).count() == 2
