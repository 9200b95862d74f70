"""An auditor draws a sample that nobody could steer, examines it, and learns what it says of all."""

from __future__ import annotations

import csv
import hashlib
import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from inventory.devices.commands import declare
from inventory.errors import BadInput, Conflict, NotAllowed, RuleBroken
from inventory.handover.valuing import value_devices
from inventory.ledger.models import Entry
from inventory.lifecycle import Status
from inventory.pages.samples import _BY_UNITS, _SCRIPT
from inventory.reports.period import Scope, scope_of
from inventory.reports.samples.arithmetic import (
    Member,
    by_amount,
    by_rank,
    most_errors,
    most_wrong_amount,
    poisson_limit,
    sample_size,
    unit_sample_size,
)
from inventory.reports.samples.commands import draw_sample, freeze_sample, record_findings
from inventory.reports.samples.models import Sample, SampleItem
from inventory.reports.samples.queries import said_by
from tests import journeys
from tests.people import People

SEED = "Lotto 2026-11-21: 3 14 15 26 35 43"


def _year() -> Scope:
    today = timezone.localdate()
    return scope_of(today.replace(month=1, day=1), today, "en")


def _drawn(people: People) -> Sample:
    frozen = freeze_sample("devices", _year(), actor=people.auditor)
    return draw_sample(frozen.number, actor=people.auditor, seed=SEED)


@pytest.mark.parametrize(
    ("population", "tolerable", "size"),
    # Standards §10.4, from the tables of attribute sampling, 95 % confidence and no error expected.
    [(100, 50, 45), (500, 50, 56), (2_000, 50, 58), (1_000_000, 50, 59), (1_000_000, 20, 149), (1_000_000, 10, 299)],
)
def test_sample_sizes_are_those_of_the_tables(population: int, tolerable: int, size: int) -> None:
    assert sample_size(population, 95, tolerable) == size


def test_a_small_population_is_examined_whole() -> None:
    assert [sample_size(count, 95, 50) for count in (1, 5, 19)] == [1, 5, 19]


@given(st.integers(1, 400), st.integers(60, 99), st.integers(10, 300))
def test_no_error_in_the_sample_leaves_no_more_than_is_tolerable(size: int, confidence: int, tolerable: int) -> None:
    drawn = sample_size(size, confidence, tolerable)
    assert most_errors(size, drawn, 0, confidence) <= max(0, size * tolerable // 1000, 1) - (drawn == size)
    # Examined whole, nothing is left to guess.
    wrong = min(3, size)
    assert most_errors(size, size, wrong, confidence) == wrong


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=60), st.integers(1, 30), st.text(min_size=6, max_size=20))
def test_what_is_larger_than_the_step_is_hit_for_certain(amounts: list[int], size: int, seed: str) -> None:
    members = [Member(f"{number:03d}", amount) for number, amount in enumerate(amounts)]
    drawn = by_amount(members, seed, size)
    total = sum(amounts)
    step = max(1, total // size)
    hit = {one.key for one in drawn}
    assert {one.key for one in members if one.amount >= step and total} <= hit
    assert not {one.key for one in members if one.amount == 0} & hit
    assert len(drawn) == len(hit)


@pytest.mark.django_db
def test_the_hash_is_in_the_ledger_before_the_seed_and_the_draw_follows_from_both(people: People) -> None:
    declare([journeys.announced() for _ in range(80)], actor=people.technician)
    sample = freeze_sample("devices", _year(), actor=people.auditor)
    frozen = Entry.objects.get(event="sample.freeze")
    assert (sample.seed, sample.sha256 in frozen.body) == ("", True)
    assert hashlib.sha256(sample.text.encode()).hexdigest() == sample.sha256
    draw_sample(sample.number, actor=people.auditor, seed=SEED)
    keys = [line.split("\t")[0] for line in sample.text.splitlines()]
    ranked = sorted(keys, key=lambda key: hashlib.sha256(f"{SEED}{key}".encode()).hexdigest())
    assert list(sample.items.values_list("key", flat=True)) == ranked[: sample.sample_size]
    with pytest.raises(Conflict):
        draw_sample(sample.number, actor=people.auditor, seed="another one")


@pytest.mark.django_db
def test_anybody_draws_again_with_five_lines_and_the_file(people: People, tmp_path: Path) -> None:
    declare([journeys.announced() for _ in range(70)], actor=people.technician)
    sample = draw_sample(
        freeze_sample("devices", _year(), actor=people.auditor).number, actor=people.auditor, seed=SEED
    )
    (tmp_path / "draw.py").write_text("".join(_SCRIPT))
    (tmp_path / "population.txt").write_text(sample.text)
    command = [sys.executable, "draw.py", SEED, str(sample.sample_size), "population.txt"]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout.splitlines()
    assert said == [f"{one.place} {one.key} {one.rank}" for one in sample.items.order_by("place")]


@pytest.mark.django_db
def test_the_database_keeps_a_frozen_sample_as_it_is(people: People) -> None:
    declare([journeys.announced()], actor=people.technician)
    sample = draw_sample(
        freeze_sample("devices", _year(), actor=people.auditor).number, actor=people.auditor, seed=SEED
    )
    for change in ({"text": "x"}, {"seed": "another seed"}, {"sample_size": 0}):
        with pytest.raises(DatabaseError, match="frozen population"), transaction.atomic():
            Sample.objects.filter(pk=sample.pk).update(**change)
    with pytest.raises(DatabaseError, match="stays as it was drawn"), transaction.atomic():
        SampleItem.objects.filter(sample=sample).update(key="ANOTHER")
    with pytest.raises(DatabaseError), transaction.atomic():
        SampleItem.objects.filter(sample=sample).delete()


@pytest.mark.django_db
def test_what_makes_no_sample_is_refused(people: People) -> None:
    with pytest.raises(RuleBroken):
        freeze_sample("certificates", _year(), actor=people.auditor)
    with pytest.raises(BadInput, match="no amount"):
        freeze_sample("devices", _year(), actor=people.auditor, method="amount")
    with pytest.raises(BadInput, match="50 and 99"):
        freeze_sample("devices", _year(), actor=people.auditor, confidence=100)
    with pytest.raises(NotAllowed):
        freeze_sample("devices", _year(), actor=people.technician)


@pytest.mark.django_db
def test_heavy_waste_is_drawn_by_its_weight(people: People) -> None:
    for _number in range(3):
        journeys.make(Status.RECYCLED)
    sample = freeze_sample("waste", _year(), actor=people.auditor, method="amount")
    draw_sample(sample.number, actor=people.auditor, seed=SEED)
    assert sample.amount == sum(item.amount for item in sample.items.all()) > 0


@pytest.mark.django_db
def test_findings_say_what_may_be_wrong_of_all(people: People) -> None:
    declare([journeys.announced() for _ in range(500)], actor=people.technician)
    sample = draw_sample(
        freeze_sample("devices", _year(), actor=people.auditor).number, actor=people.auditor, seed=SEED
    )
    keys = list(sample.items.values_list("key", flat=True))
    record_findings(sample.number, dict.fromkeys(keys[:-1], "right"), actor=people.auditor)
    assert said_by(sample).acceptable is None
    record_findings(sample.number, {keys[-1]: "right"}, actor=people.auditor)
    assert said_by(sample).acceptable is True
    record_findings(sample.number, {keys[-1]: "wrong"}, actor=people.auditor)
    said = said_by(sample)
    assert (said.wrong, said.acceptable, said.most_wrong > 25) == (1, False, True)
    with pytest.raises(BadInput, match="was not drawn"):
        record_findings(sample.number, {"STRANGER1": "right"}, actor=people.auditor)


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "word"), [("fr", "juste"), ("nl", "juist"), ("en", "right")])
def test_a_worksheet_goes_out_is_filled_in_excel_and_comes_back(
    desk: Callable[[str], Client], people: People, language: str, word: str
) -> None:
    declare([journeys.announced() for _ in range(5)], actor=people.technician)
    auditor = desk("auditor")
    said = {"population": "devices", "method": "attribute", "confidence": 95, "tolerable": 50}
    period = {"first": str(_year().first), "last": str(_year().last)}
    address = auditor.post("/audit/samples/", {**said, **period}).url
    auditor.post(f"{address}draw/", {"seed": SEED})
    sheet = auditor.get(f"{address}worksheet.csv", headers={"accept-language": language}).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(sheet), delimiter=";"))
    book, target = openpyxl.Workbook(), io.BytesIO()
    for number, row in enumerate(rows):
        book.active.append(row if number == 0 else [int(row[0]), row[1], word if number > 1 else "fout", "a note"])
    book.save(target)
    number = address.rstrip("/").rpartition("/")[2]
    upload = SimpleUploadedFile("filled.xlsx", target.getvalue())
    answer = auditor.post(f"/imports/findings/{number}/", {"file": upload}, follow=True)
    assert "5 results are kept" in answer.content.decode()
    assert sorted(Sample.objects.get().items.values_list("result", flat=True)) == ["right"] * 4 + ["wrong"]
    bad = SimpleUploadedFile("bad.csv", f"{sheet.splitlines()[0]}\n1;{rows[1][1]};perhaps;\n".encode())
    answer = auditor.post(f"/imports/findings/{number}/", {"file": bad})
    assert (answer.status_code, "Line 2" in answer.content.decode()) == (422, True)


@pytest.mark.django_db
def test_the_rank_does_not_depend_on_the_order_of_the_file() -> None:
    members = [Member(f"K{number}") for number in range(30)]
    assert by_rank(members, SEED, 9) == by_rank(members[::-1], SEED, 9)


@pytest.mark.parametrize(
    ("errors", "confidence", "limit"),
    # Reliability factors of the Poisson distribution as the tables of audit sampling print them.
    [(0, 95, 3.00), (1, 95, 4.75), (2, 95, 6.30), (3, 95, 7.76), (0, 90, 2.31), (1, 90, 3.89), (5, 95, 10.52)],
)
def test_the_allowances_are_those_of_the_tables(errors: int, confidence: int, limit: float) -> None:
    assert poisson_limit(errors, confidence) == pytest.approx(limit, abs=0.011)


def test_how_many_units_are_hit_is_that_of_the_tables_and_no_error_is_tolerable() -> None:
    assert unit_sample_size(10_000_000, 95, 50) == 60
    assert unit_sample_size(40, 95, 50) == 40
    for tolerable in (10, 50, 100):
        hits = unit_sample_size(10_000_000, 95, tolerable)
        assert most_wrong_amount(10_000_000, hits, [], 95) * 1000 <= tolerable * 10_000_000
    # What was taken for certain counts as it is, what was hit by chance for a whole interval.
    assert most_wrong_amount(6_000, 60, [2_500], 95) == 2_500 + 300
    assert most_wrong_amount(6_000, 60, [99], 95) == 475


@pytest.mark.django_db
def test_gifts_are_drawn_by_their_value_and_large_ones_for_certain(people: People, tmp_path: Path) -> None:
    today = timezone.localdate()
    devices = [journeys.make(Status.RESERVED, kind) for kind in ("laptop", "desktop", "tablet", "screen")]
    for device, cents in zip(devices, (90_000, 4_000, 3_000, 500), strict=True):
        value_devices(
            [device.tag], actor=people.warehouse_keeper, cents=cents, method="expert", source="PV 12", dated=today
        )
        journeys.give(device)
    frozen = freeze_sample("valued", _year(), actor=people.auditor, method="amount", tolerable=200)
    assert (frozen.amount, frozen.sample_size, frozen.interval) == (97_500, 15, 6_500)
    sample = draw_sample(frozen.number, actor=people.auditor, seed=SEED)
    items = list(sample.items.order_by("place"))
    (large,) = (item for item in items if item.amount >= 6_500)
    assert large.key.endswith(devices[0].tag)
    (tmp_path / "draw.py").write_text("".join(_BY_UNITS))
    (tmp_path / "population.txt").write_text(sample.text)
    command = [sys.executable, "-I", "draw.py", SEED, str(sample.sample_size), "population.txt"]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout.splitlines()
    assert said == [f"{one.place} {one.key} {one.rank}" for one in items]
    record_findings(sample.number, dict.fromkeys((one.key for one in items), "right"), actor=people.auditor)
    assert said_by(sample).acceptable is True
    record_findings(sample.number, {large.key: "wrong"}, actor=people.auditor)
    wrong = said_by(sample)
    assert (wrong.acceptable, wrong.most_wrong >= 90_000) == (False, True)
