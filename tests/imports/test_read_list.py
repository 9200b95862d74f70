"""`read_list` for scripts: a line a row, the totals, an exit code that says how it ended, and never a traceback."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imports.models import ImportRun
from inventory.devices.models import Device
from tests.imports.hostile import HOSTILE
from tests.imports.test_runs import HEADER, ROWS
from tests.imports.workbooks import workbook
from tests.journeys import declared

ROOT = Path(__file__).parents[2]


def lines(file: Path, *options: str) -> list[dict]:
    out = io.StringIO()
    call_command("read_list", str(file), *options, stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def kept(folder: Path, data: str | bytes, name: str = "list.csv") -> Path:
    file = folder / name
    file.write_bytes(data.encode() if isinstance(data, str) else data)
    return file


def test_each_row_says_what_would_happen_and_nothing_is_stored(tmp_path, people):
    device = declared(inventory_number="BXL-9", serial="RLS9")
    text = HEADER + ROWS + "BXL-9;PC;HP;X;RLS9;D;A;02/03/2026;\nBXL-3;PC;HP;X;6.37E+15;D;A;02/03/2026;\nTotal;4\n"
    *rows, last = lines(kept(tmp_path, text))
    assert [(row["line"], row["action"], row["tag"]) for row in rows] == [
        (2, "new", ""),
        (3, "new", ""),
        (4, "changed", device.tag),
        (5, "problem", ""),
        (6, "passed_over", ""),
    ]
    assert rows[0]["values"]["decommissioned_on"] == "2026-03-02"
    assert rows[2]["changes"]["manufacturer"] == [device.manufacturer, "HP"]
    assert rows[3]["problems"][0]["column"] == "Serienummer"
    assert last["totals"] == {"rows": 5, "new": 2, "changed": 1, "problem": 1, "passed_over": 1}
    assert (last["source"], last["kind"], last["delimiter"], last["mapping"]["model"]) == (
        *("city", "declare", ";"),
        "Model",
    )
    assert (Device.objects.count(), ImportRun.objects.count()) == (1, 0)


def test_people_stay_out_and_are_told(tmp_path, db):
    text = "Serial;Utilisateur;Remarques\nRLS1;somebody;x\nRLS2;other;85.07.30-033.28\n"
    *rows, last = lines(kept(tmp_path, text))
    assert last["personal"] == ["Utilisateur"]
    assert "somebody" not in str(rows)
    assert "033.28" not in str(rows)
    assert rows[1]["action"] == "problem"


def test_other_kinds_say_what_would_happen_too(tmp_path, db):
    *rows, last = lines(kept(tmp_path, workbook([("Plaats", "Serienummer", "Gezien"), ("D1", "R1", "ja")]), "a.xlsx"))
    assert (rows[0]["action"], rows[0]["values"]["seen"], last["kind"], last["sheet"]) == (
        "problem",
        "yes",
        "count",
        "Liste",
    )


def test_a_refusal_is_a_sentence_in_the_language_that_was_asked(tmp_path, db):
    with pytest.raises(CommandError, match="est un PDF") as caught:
        lines(kept(tmp_path, "%PDF-1.7"), "--lang", "fr")
    assert caught.value.returncode == 3
    with pytest.raises(CommandError) as caught:
        lines(tmp_path / "nowhere.csv")
    assert caught.value.returncode == 2


def program(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "django", "read_list", *words],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "backend.settings", **environment},
    )


def test_scripts_are_answered_by_exit_codes_even_without_a_database(tmp_path):
    empty = {"DATABASE_URL": f"sqlite:///{tmp_path}/none.sqlite3", "RELAIS_VAR": str(tmp_path)}
    read = program(str(kept(tmp_path, HEADER + ROWS)), **empty)
    assert (read.returncode, read.stderr) == (0, "")
    assert [json.loads(line).get("action") for line in read.stdout.splitlines()] == ["new", "new", None]
    refused = program(str(kept(tmp_path, "%PDF-1.7", "b.csv")), LANG="nl_BE.UTF-8", LC_ALL="", **empty)
    assert (refused.returncode, refused.stdout) == (3, "")
    assert "Dit is een pdf" in refused.stderr.replace("PDF", "pdf")
    assert "Traceback" not in refused.stderr
    assert program(str(tmp_path / "nowhere"), **empty).returncode == 2
    assert program(str(tmp_path), **empty).returncode == 2
    assert program("--source", "nowhere", "x", **empty).returncode == 2
    assert program(**empty).returncode == 2


@pytest.mark.parametrize("what", HOSTILE)
def test_no_hostile_file_gets_more_than_rows_or_a_sentence(what, tmp_path, db):
    hostile = HOSTILE[what]
    assert_rows_or_sentence(kept(tmp_path, hostile.made(), f"list{hostile.suffix}"))
    assert not ImportRun.objects.exists()


@given(st.binary(max_size=200), st.sampled_from([".csv", ".xlsx", ".jsonl", ".ods", ".xls"]))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_get_rows_or_a_sentence(tmp_path, db, data, suffix):
    assert_rows_or_sentence(kept(tmp_path, data, f"list{suffix}"))


def assert_rows_or_sentence(file: Path) -> None:
    refused = ""
    out: list[dict] = []
    try:
        out = lines(file)
    except CommandError as refusal:
        refused = f"{refusal.returncode} {refusal}"
    assert out[-1]["totals"]["rows"] > 0 if out else refused.startswith("3 ")
