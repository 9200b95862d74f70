"""Erase somebody, and nothing finds them: no row, no byte, no export, no index, no file; and everything verifies."""

from __future__ import annotations

import datetime as dt
import io
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from inventory.associations.commands import Wish, enter_request
from inventory.associations.filings import lodge
from inventory.associations.register import add_contact
from inventory.collection.pickups import Asked, enter_pickup
from inventory.devices.commands import quarantine
from inventory.ledger.checkpoints import make_checkpoint
from inventory.lifecycle import Status
from inventory.privacy.commands import answer_request, erase_places, log_request
from inventory.privacy.search import search_person
from inventory.reports import verify_workbook
from inventory.reports.period import scope_of
from inventory.reports.twin import write_twin
from inventory.reports.verification import verify_ledger
from inventory.reports.workbook import write_workbook
from tests import journeys
from tests.people import People, everybody, person


def live(people: People, name: str) -> None:
    """Leave traces of a person wherever a person leaves them."""
    body = journeys.association(street=f"Rue {name} 1")
    add_contact(body.code, actor=people.counter_clerk, name=name, function=f"pour {name}", email="x@asbl.example")
    asked = enter_request(
        actor=people.counter_clerk,
        association=body.code,
        wishes=[Wish("desktop", 1)],
        purpose=f"Un atelier tenu par {name.upper()}, le mardi.",
        channel="counter",
        people_served=12,
    )
    lodge(
        asked.reference,
        "complain",
        actor=people.counter_clerk,
        channel="counter",
        answers={"words": f"{name} attend une réponse."},
    )
    device = journeys.make(Status.RECEIVED)
    quarantine(device.tag, actor=people.technician, reason="damaged", remark=f"trouvé par {name}")
    today = timezone.localdate()
    department = Asked("Archives", "Rue de l’Exemple 2", f"{name}, accueil", {"desktop": 2}, today, access=name)
    enter_pickup(department, actor=people.warehouse_keeper, channel="telephone")
    leaver = person("driver", f"{name.split()[0]}.x"[:30].replace(" ", ""))
    leaver.first_name, leaver.last_name = name.split()
    leaver.save()


def forget(people: People, name: str) -> None:
    """What the data protection officer does when the person asks."""
    officer = people.data_protection_officer
    made = log_request("erase", actor=officer, name=name, reach=f"chez {name}", identity="seen")
    first = name.split()[0]
    for text in (name, first):
        places = [one.place for one in search_person(text, officer) if not one.kept]
        if places:
            erase_places(made.number, places, actor=officer)
    answer_request(made.number, actor=officer, outcome="done")


def rows() -> str:
    """Every row of every table, as text."""
    text = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            text += [repr(row) for row in cursor.fetchall()]
    return "\n".join(text).casefold()


def named(text: str, name: str) -> list[str]:
    """Which words of the name a text holds, plain or as JSON escapes them."""
    import json

    spellings = {word: {word.casefold(), json.dumps(word.casefold())[1:-1]} for word in name.split()}
    return [word for word, forms in spellings.items() if any(form in text.casefold() for form in forms)]


def workbook(folder: Path, name: str) -> Path:
    """This month's workbook."""
    today = timezone.localdate()
    target = folder / name
    with target.open("wb") as handle:
        write_workbook(scope_of(today.replace(day=1) - dt.timedelta(days=1), today, "en"), handle)
    return target


def verified(path: Path) -> bool:
    """Whether the auditor's script, in another process, says yes."""
    command = [sys.executable, "-I", verify_workbook.__file__, str(path), "--lang", "en"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


LETTERS = st.text("bcdfghjklmnpqrstvwxzéèçïü", min_size=6, max_size=10).map(str.capitalize)


@pytest.mark.django_db
@hypothesis_settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=LETTERS, last=LETTERS)
def test_nothing_finds_who_was_erased_and_everything_verifies(db: Any, tmp_path: Path, first: str, last: str) -> None:
    people, name = everybody(), f"{first} {last}"
    live(people, name)
    assert named(rows(), name)
    before = workbook(tmp_path, "before.xlsx")
    make_checkpoint(actor=people.auditor)
    forget(people, name)
    # Words of the name within other words of ours would be found too; these letters make none.
    assert named(rows(), name) == []
    assert search_person(name, people.data_protection_officer) == []
    after = workbook(tmp_path, "after.xlsx")
    with zipfile.ZipFile(after) as sheets:
        assert [part for part in sheets.namelist() if named(sheets.read(part).decode("utf-8", "replace"), name)] == []
    twin = io.BytesIO()
    write_twin(scope_of(timezone.localdate(), timezone.localdate(), "en"), twin)
    assert named(twin.getvalue().decode("utf-8", "replace"), name) == []
    kept = [path for path in Path(settings.RELAIS_FILES).rglob("*") if path.is_file()]
    assert [path for path in kept if named(path.read_bytes().decode("utf-8", "replace"), name)] == []
    assert verify_ledger().fault is None
    assert verified(before)
    assert verified(after)


@pytest.mark.django_db(transaction=True)
def test_not_even_the_bytes_of_the_database_hold_who_was_erased() -> None:
    people, name = everybody(), "Wilhelmina Quetzalcoatl"
    live(people, name)
    forget(people, name)
    call_command("clean_up")
    if connection.vendor == "sqlite":
        held: bytes = connection.connection.serialize()
        assert [word for word in name.split() if word.encode().lower() in held.lower()] == []
    else:
        assert named(rows(), name) == []
