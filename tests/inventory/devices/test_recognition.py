"""Files are sorted into machines by command and by API; an inspection finds the device it saw; nothing is stored."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from inventory.devices.commands import learn, register_found
from inventory.devices.entrance import Announced
from inventory.devices.genealogy.commands import merge
from inventory.devices.inspections import Inspection, read_inspection
from inventory.devices.inspections.commands import record_inspection, settle_inspection
from inventory.devices.likely import likely_devices
from inventory.devices.media import list_medium
from inventory.devices.models import Device, Medium, ToldApart
from inventory.devices.recognition import recognise
from inventory.errors import BadInput, Conflict, RuleBroken
from inventory.ledger.models import Entry
from inventory.lifecycle import Status
from tests import journeys
from tests.api.programs import Program, done, refused
from tests.inventory.devices import inspection_files as files
from tests.people import everybody


def matched(*paths: Path) -> list[dict]:
    out = io.StringIO()
    call_command("match", *map(str, paths), stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def written(folder: Path, **contents: bytes) -> list[Path]:
    for name, data in contents.items():
        (folder / name).write_bytes(data)
    return [folder / name for name in contents]


def test_the_command_gives_a_line_for_each_machine_then_the_refused(tmp_path: Path) -> None:
    other = files.glpi(serial="QXW31F9", uuid="5f1d2c3b-7788-4a5b-9c0d-1122aabb3344", board="MBRLS7342", disk="D-9",
                       wired="02:00:5e:10:00:77", wireless="02:00:5e:20:00:77")  # fmt: skip
    paths = written(tmp_path, a=files.lshw(uuid=files.SWAPPED), noise=b"hello", b=other, c=files.dmidecode())
    lines = matched(*paths)
    assert [line.get("files") for line in lines] == [[str(paths[0]), str(paths[3])], [str(paths[2])], None]
    assert [line.get("decision") for line in lines] == ["same", "new", None]
    assert 0.9 < lines[0]["confidence"] < 1
    assert "The SMBIOS UUID is the same, printed in the other byte order." in lines[0]["reasons"]
    assert lines[2]["file"] == str(paths[1])
    assert "dmidecode" in lines[2]["refused"]


def test_a_question_names_the_other_file(tmp_path: Path) -> None:
    paths = written(tmp_path, a=files.lshw(), b=files.glpi(board="MBRLS7342"))
    lines = matched(*paths)
    assert [(line["decision"], line["ask_about"]) for line in lines] == [
        ("ask", [str(paths[1])]),
        ("ask", [str(paths[0])]),
    ]


def test_the_command_fails_only_when_a_file_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be opened") as failure:
        call_command("match", str(tmp_path / "absent"))
    assert failure.value.returncode == 2


def test_a_file_whose_name_is_no_utf8_is_matched_too(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"d\xe9p\xf4t.json")
    path.write_bytes(files.lshw())
    assert [line["decision"] for line in matched(path)] == ["new"]


@pytest.mark.django_db
def test_the_api_sorts_several_files_and_stores_nothing() -> None:
    program = Program(everybody().technician)
    form = {"file": [SimpleUploadedFile(name, files.TOOLS[name]()) for name in ("lshw", "glpi")]}
    form["file"].append(SimpleUploadedFile("noise", b"hello"))
    headers = {"Authorization": f"Bearer {program.token}"}
    answer = done(program.client.post("/api/inspections/match", form, headers=headers))
    assert [(one["files"], one["decision"]) for one in answer["groups"]] == [(["lshw", "glpi"], "same")]
    assert [one["file"] for one in answer["refused"]] == ["noise"]
    assert not Device.objects.exists()


@pytest.mark.django_db
def test_too_many_files_at_once_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inventory.devices.recognition.MOST_FILES", 0)
    answer = Program(everybody().technician).upload("/inspections/match", files.lshw())
    refused(answer, 422, "bad_input")


def known(**facts: str) -> Device:
    """A received device of which an inspection has told these facts."""
    device = journeys.make(Status.RECEIVED)
    learn(device, actor=everybody().technician, manufacturer="Relais Inc.", **facts)  # type: ignore[arg-type]
    device.refresh_from_db()
    return device


@pytest.mark.django_db
def test_an_inspection_finds_the_device_it_saw_by_any_lasting_number() -> None:
    seen = read_inspection(files.lshw(), "x")
    device = known(serial="RLS77A1", smbios_uuid=files.SWAPPED, board_serial="MBRLS0001")
    known(serial="QXW31F9", smbios_uuid="5f1d2c3b-7788-4a5b-9c0d-1122aabb3344", board_serial="MBRLS7342")
    numbers = [
        {"serial": "rls77a1"},
        {"uuid": seen.uuid},
        {"uuid": files.SWAPPED},
        {"board_serial": "mbrls0001", "board_model": "RB-MB"},
    ]
    for number in numbers:
        alone = Inspection("lshw", "Relais Inc.", "Relaisbook 5", **number)  # type: ignore[arg-type]
        found = likely_devices(alone)
        assert [(one.tag, likeness.decision) for one, likeness in found] == [(device.tag, "same")], number
        assert found[0][1].reasons


@pytest.mark.django_db
def test_a_device_that_fits_only_in_part_comes_last_and_is_asked_about() -> None:
    seen = read_inspection(files.lshw(), "x")
    partly = known(serial="RLS77A9", smbios_uuid=files.UUID)
    wholly = known(serial="RLS77A1", smbios_uuid=files.UUID)
    found = likely_devices(seen)
    assert [(one.tag, likeness.decision) for one, likeness in found] == [(wholly.tag, "same"), (partly.tag, "ask")]


@pytest.mark.django_db
def test_an_inspection_without_identity_finds_nothing(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    known(smbios_uuid="", board_serial="")
    with django_assert_num_queries(0):
        assert likely_devices(Inspection("lshw", "Relais Inc.", serial="Default string", uuid="0")) == []


def answered(data: bytes) -> str:
    return recognise(data, "x", actor=everybody().technician).decision


@pytest.mark.django_db
def test_a_file_is_of_one_device_of_none_or_a_question() -> None:
    assert answered(files.lshw()) == "new"
    device = known(serial="RLS77A1", smbios_uuid=files.SWAPPED)
    assert answered(files.lshw()) == "same"
    known(serial="RLS77A9", smbios_uuid=files.UUID)
    assert answered(files.lshw()) == "ask"
    nameless = files.lshw(serial="Default string", uuid="", board="", disk="")
    assert answered(nameless) == "ask", "nothing in it tells a machine"
    assert Medium.objects.count() == 0, "nothing is stored"
    bare = files.lshw(serial="", uuid="", board="", disk="SHELF-1")
    assert recognise(bare, "x", actor=everybody().technician).candidates == []
    list_medium(device.tag, actor=everybody().technician, kind="hdd", serial="shelf-1")
    (found,) = recognise(bare, "x", actor=everybody().technician).candidates
    assert (found[0], found[1].decision) == (device, "ask"), "a disk alone proves nothing"


@pytest.mark.django_db
def test_a_merged_record_speaks_for_the_kept_one() -> None:
    people = everybody()
    absorbed, kept = known(serial="RLS77A1"), journeys.make(Status.RECEIVED)
    merge(kept.tag, absorbed.tag, actor=people.technician, reason="seen_twice")
    (found,) = recognise(files.lshw(uuid="", board=""), "x", actor=people.technician).candidates
    assert found[0] == kept


@pytest.mark.django_db
def test_a_choice_is_recorded_with_its_reason_and_the_others_are_told_apart() -> None:
    people = everybody()
    partly = known(serial="RLS77A9", smbios_uuid=files.UUID)
    seen = recognise(files.lshw(), "x", actor=people.technician)
    with pytest.raises(BadInput, match="reason"):
        settle_inspection(seen.inspection, seen.sha256, actor=people.technician, location="W1")
    with pytest.raises(BadInput, match="stands"):
        settle_inspection(seen.inspection, seen.sha256, actor=people.technician, reason="looked_at_machine")
    done = settle_inspection(
        seen.inspection, seen.sha256, actor=people.technician, reason="looked_at_machine", location="W1"
    )
    assert (done.device.status, done.device.serial, len(done.added)) == (Status.RECEIVED, "RLS77A1", 1)
    assert ToldApart.objects.get().one == partly
    entry = Entry.objects.get(event="device.recognise")
    facts = json.loads(entry.body)["facts"]
    assert (facts["reason"], facts["others"], facts["decision"]) == ("looked_at_machine", [partly.tag], "new")
    assert facts["likeness"]


@pytest.mark.django_db
def test_an_announced_device_is_received_with_its_inspection() -> None:
    people = everybody()
    device = journeys.declared(manufacturer="Relais", serial="RLS77A1")
    seen = recognise(files.lshw(), "x", actor=people.technician)
    facts = {"actor": people.technician, "tag": device.tag}
    with pytest.raises(Conflict, match="not in our hands"):
        settle_inspection(seen.inspection, seen.sha256, **facts)
    done = settle_inspection(seen.inspection, seen.sha256, location=journeys.location().code, **facts)
    assert (done.device.tag, done.device.status) == (device.tag, Status.RECEIVED)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"serial": "OTHER-1"}, "has serial OTHER-1"),
        ({"serial": "", "board_serial": "MBRLS9999"}, "boards' serial numbers differ"),
    ],
)
def test_a_file_of_another_device_asks_before_it_is_recorded(facts: dict[str, str], why: str) -> None:
    people = everybody()
    device = register_found(
        Announced("laptop", "Relais Inc."), actor=people.technician, location=journeys.location().code
    )
    learn(device, actor=people.technician, **facts)
    with pytest.raises(RuleBroken, match=why):
        record_inspection(device.tag, files.lshw(), "x", actor=people.technician)
    done = record_inspection(device.tag, files.lshw(), "x", actor=people.technician, anyway=True)
    assert len(done.added) == 1
    assert '"decision":"anyway"' in Entry.objects.get(event="device.recognise").body


@pytest.mark.django_db
def test_a_file_that_is_surely_of_another_device_names_it() -> None:
    people = everybody()
    other = known(serial="RLS77A1")
    blank = register_found(Announced("laptop"), actor=people.technician, location=journeys.location().code)
    with pytest.raises(RuleBroken, match=f"seems to be of {other}"):
        record_inspection(blank.tag, files.lshw(), "x", actor=people.technician)


@pytest.mark.django_db
def test_the_api_recognises_then_takes_up() -> None:
    program = Program(everybody().technician)
    device = known(serial="RLS77A1")
    told = done(program.upload("/inspections/recognise", files.lshw()))
    assert (told["decision"], told["candidates"][0]["device"]["tag"]) == ("same", device.tag)
    assert told["candidates"][0]["reasons"]
    taken = done(program.upload("/inspections", files.lshw(), tag=device.tag))
    assert (taken["device"]["tag"], len(taken["media_added"])) == (device.tag, 1)
