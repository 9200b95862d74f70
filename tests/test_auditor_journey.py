"""An auditor without an account: two workbooks, a printed checkpoint, two scripts, an empty folder, no network.

Everything the auditor does is another process in that folder, with nothing but Python's own library.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command
from django.utils import timezone

from backend.demonstration.clock import clock_at
from inventory.ledger.checkpoints import make_checkpoint, public_keys
from inventory.ledger.notes import ED25519, Key
from inventory.lifecycle import Status
from inventory.pages.samples import _SCRIPT
from inventory.reports import verify_checkpoint, verify_workbook
from inventory.reports.checkpoint_paper import checkpoint_pdf
from inventory.reports.period import USUAL, scope_of
from inventory.reports.samples.commands import draw_sample, freeze_sample
from tests import journeys
from tests.documents import codes_in, needs_poppler
from tests.people import People

pytestmark = pytest.mark.django_db

SEED = "Lotto 2026-11-21: 3 14 15 26 35 43"
# Sheet, cell, what somebody writes into it, and what the script says of it.
TAMPERED: dict[str, tuple[str, str, object, str]] = {
    "an event": ("Mouvements", "G4", "device.lost", "« Mouvements », cellule G4"),
    "a closing": ("Récapitulatif", "I2", 99, "« Récapitulatif », cellule I2"),
    "a serial number": ("Appareils", "H2", "SOMEBODY-ELSES", "« Appareils », ligne 2"),
}


def at(day: dt.date, hour: int = 10) -> Any:
    return clock_at(timezone.make_aware(dt.datetime.combine(day, dt.time(hour))))


@pytest.fixture
def folder(people: People, tmp_path: Path) -> Path:
    """What the auditor was given: last quarter's workbook and this one's, a checkpoint on paper, a drawn sample."""
    first, last = USUAL["last_quarter"].days(timezone.localdate())
    with at(first):
        journeys.make(Status.READY)
        journeys.make(Status.LOST)
    with at(last):
        for _number in range(4):
            journeys.make(Status.RECEIVED)
        quarter = scope_of(first, last, "fr")
        sample = freeze_sample("devices", quarter, actor=people.auditor, tolerable=200)
        draw_sample(sample.number, actor=people.auditor, seed=SEED)
    with at(last + dt.timedelta(days=1)):
        journeys.make(Status.RECYCLED)
        journeys.make(Status.HANDED_OVER, "laptop")
        checkpoint = make_checkpoint(actor=people.auditor)
    given = tmp_path / "given"
    given.mkdir()
    for name, (one, other) in {"quarter": (first, last), "next": (last + dt.timedelta(days=1), None)}.items():
        until = str(other or timezone.localdate())
        call_command("export_ledger", "--from", str(one), "--to", until, "--lang", "fr", str(given / f"{name}.xlsx"))
    # The paper is read by a telephone: its QR code is all that is taken from it.
    (read,) = (text for text in codes_in(checkpoint_pdf(checkpoint, "fr")) if "\n" in text)
    (given / "paper.note").write_text(read)
    (given / "key.txt").write_text(public_keys()[0][0])
    (given / "population.txt").write_text(sample.text)
    (given / "draw.py").write_text("".join(_SCRIPT))
    for script in (verify_workbook, verify_checkpoint):
        shutil.copy(str(script.__file__), given)
    return given


def run(folder: Path, *words: str) -> tuple[int, str]:
    """Another process in that folder: no site packages, no environment, no Relais within reach."""
    said = subprocess.run(
        [sys.executable, "-I", "-S", *words], cwd=folder, env={}, capture_output=True, text=True, check=False
    )
    return said.returncode, said.stdout + said.stderr


def tampered(folder: Path, sheet: str, cell: str, value: object) -> str:
    book = openpyxl.load_workbook(folder / "quarter.xlsx", data_only=True)
    book[sheet][cell] = value
    book.save(folder / "tampered.xlsx")
    return "tampered.xlsx"


@needs_poppler
def test_an_auditor_without_an_account_verifies_samples_and_compares_off_line(folder: Path) -> None:
    key = (folder / "key.txt").read_text()
    checks: list[Callable[[], tuple[int, str]]] = [
        # The paper is the city's.
        lambda: run(folder, "verify_checkpoint.py", "check", "paper.note", "--key", key, "--lang", "fr"),
        # Last quarter's workbook is whole, and of the ledger of that paper.
        lambda: run(
            folder, "verify_workbook.py", "quarter.xlsx", "--checkpoint", "paper.note", "--key", key, "--lang", "fr"
        ),
        # The next one begins where it ended.
        lambda: run(folder, "verify_workbook.py", "next.xlsx", "--after", "quarter.xlsx", "--lang", "nl"),
    ]
    for check in checks:
        code, said = check()
        assert code == 0, said
    for sheet, cell, value, expected in TAMPERED.values():
        code, said = run(folder, "verify_workbook.py", tampered(folder, sheet, cell, value), "--lang", "fr")
        assert (code, expected in said) == (1, True), said
    _not_signed_by_a_stranger(folder, key)
    _sampled_again(folder)
    _closing_is_the_next_opening(folder)


def _not_signed_by_a_stranger(folder: Path, key: str) -> None:
    """Another key did not sign it; without a key, or without the other script, it says what was not checked."""
    with_paper = ("verify_workbook.py", "quarter.xlsx", "--checkpoint", "paper.note", "--lang", "fr")
    stranger = Key("relais.example/other", ED25519, b"k" * 32).text()
    code, said = run(folder, *with_paper, "--key", stranger)
    assert (code, "n’est pas signé avec cette clé" in said) == (1, True), said
    assert "n’a pas été vérifiée : donnez --key" in run(folder, *with_paper)[1]
    (folder / "verify_checkpoint.py").rename(folder / "elsewhere.py")
    code, said = run(folder, *with_paper, "--key", key)
    assert (code, "verify_checkpoint.py ?" in said) == (2, True), said


def _sampled_again(folder: Path) -> None:
    """The draw follows from the population's fingerprint, the seed and five lines of Python."""
    book = openpyxl.load_workbook(folder / "quarter.xlsx", data_only=True)
    rows = list(book["Échantillon"].iter_rows(min_row=2, values_only=True))
    population = (folder / "population.txt").read_bytes()
    assert {(row[2], row[3], row[7]) for row in rows} == {
        (len(population.splitlines()), hashlib.sha256(population).hexdigest(), SEED)
    }
    code, said = run(folder, "draw.py", SEED, str(len(rows)), "population.txt")
    assert (code, said.splitlines()) == (0, [f"{row[9]} {row[10]} {row[11]}" for row in rows])
    # Every thing drawn stands in the workbook, with its last entry.
    devices = {row[0] for row in book["Appareils"].iter_rows(min_row=2, values_only=True)}
    assert {row[10] for row in rows} <= devices


def _closing_is_the_next_opening(folder: Path) -> None:
    balances = []
    for name, column in (("quarter", 8), ("next", 4)):
        rows = openpyxl.load_workbook(folder / f"{name}.xlsx", data_only=True)["Récapitulatif"].iter_rows(
            min_row=2, values_only=True
        )
        balances.append({(row[1], row[3]): row[column] for row in rows if row[3] and row[column]})
    assert balances[0] == balances[1]
    assert sum(balances[0].values()) == 6
