"""The same machine is recognised with its reasons; a part that wandered, or a placeholder, proves nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from inventory.devices.identity import both_orders
from inventory.devices.inspections import Inspection, SeenMedium, read_inspection
from inventory.devices.matching import compare, group
from tests.inventory.devices import inspection_files as files

REAL = Path(__file__).parents[4] / "shared" / "real"

MACHINE = Inspection(
    tool="lshw",
    manufacturer="Relais Inc.",
    model="Relaisbook 5",
    serial="RLS77A1",
    uuid=files.UUID,
    board_serial="MBRLS0001",
    board_model="RB-MB",
    media=(SeenMedium("hdd", serial="RLSD0001"),),
    macs=("02:00:5e:10:00:01", "02:00:5e:20:00:01"),
    replaceable_macs=("02:00:5e:20:00:01",),
)
OTHER = Inspection(
    tool="lshw",
    manufacturer="Relais Inc.",
    model="Relaisbook 5",
    serial="QXW31F9",
    uuid="5f1d2c3b-7788-4a5b-9c0d-1122aabb3344",
    board_serial="MBRLS7342",
    board_model="RB-MB",
    media=(SeenMedium("hdd", serial="RLSD7777"),),
    macs=("02:00:5e:10:00:77", "02:00:5e:20:00:77"),
    replaceable_macs=("02:00:5e:20:00:77",),
)


def said(a: Inspection, b: Inspection) -> str:
    return " ".join(str(reason) for reason in compare(a, b).reasons)


@pytest.mark.parametrize("one", list(files.TOOLS))
@pytest.mark.parametrize("other", list(files.TOOLS))
def test_every_tool_recognises_what_every_other_saw(one: str, other: str) -> None:
    found = compare(read_inspection(files.TOOLS[one](), "x"), read_inspection(files.TOOLS[other](), "x"))
    assert found.decision == "same"
    assert found.confidence > 0.85


def test_both_byte_orders_of_the_uuid_are_one_number() -> None:
    assert both_orders(files.UUID) == (files.UUID, files.SWAPPED)
    assert both_orders(files.SWAPPED) == (files.SWAPPED, files.UUID)
    turned = replace(MACHINE, serial=None, board_serial=None, uuid=files.SWAPPED)
    assert compare(MACHINE, turned).decision == "same"
    assert "other byte order" in said(MACHINE, turned)


@pytest.mark.parametrize(
    "uuid",
    [None, "", "nonsense", "00020003-0004-0005-0006-000700080009", "00000000-0000-0000-0000-00e04c680001",
     "78563412-3412-7856-90ab-cddeefaabbcc"],
)  # fmt: skip
def test_a_uuid_that_many_share_is_no_evidence(uuid: str | None) -> None:
    assert both_orders(uuid) == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [("HP", "Hewlett-Packard"), ("Dell", "Dell Inc."), ("ASUSTeK COMPUTER INC.", "ASUS"), ("LENOVO", "Lenovo Group")],
)
def test_a_maker_has_more_than_one_spelling(one: str, other: str) -> None:
    bare = Inspection("lshw", serial="RLS77A1")
    assert compare(replace(bare, manufacturer=one), replace(bare, manufacturer=other)).decision == "same"


def test_the_same_serial_of_another_maker_is_another_machine() -> None:
    bare = Inspection("lshw", serial="RLS77A1")
    assert compare(replace(bare, manufacturer="Dell"), replace(bare, manufacturer="Acer")).decision == "different"


@pytest.mark.parametrize("serial", ["RLS77A2", "RLS77B9", "RLS77A", "RLS77A1X"])
def test_a_serial_that_differs_by_a_sign_or_two_is_a_twin(serial: str) -> None:
    twin = replace(OTHER, serial=serial)
    assert compare(MACHINE, twin).decision == "different"
    assert "a sign or two" in said(MACHINE, twin)


def test_strong_identifiers_that_contradict_each_other_ask() -> None:
    for change in ({"serial": OTHER.serial}, {"uuid": OTHER.uuid}, {"board_serial": OTHER.board_serial}):
        changed = replace(MACHINE, **change)  # type: ignore[arg-type]
        assert compare(MACHINE, changed).decision == "ask"
        assert [one.decision for one in group([MACHINE, changed])] == ["ask", "ask"]
        assert group([MACHINE, changed])[0].ask_about == (1,)


def test_parts_alone_prove_nothing_and_raise_a_question() -> None:
    bare = replace(MACHINE, serial=None, uuid=None, board_serial=None)
    assert compare(bare, MACHINE).decision == "ask"
    assert "Parts alone" in said(bare, MACHINE)
    assert len(group([bare, MACHINE])) == 2


def test_placeholders_are_no_evidence_even_unread() -> None:
    one = replace(MACHINE, serial="System Serial Number", uuid=None, board_serial=None, media=())
    one = replace(one, macs=(), replaceable_macs=())
    assert compare(one, replace(one, model="Relaisbook 6")).decision == "different"
    assert [found.decision for found in group([one, one])] == ["ask", "ask"]


def test_a_firmware_without_a_number_is_not_the_one_that_names_its_own() -> None:
    bare = replace(MACHINE, uuid=None, board_serial=None)
    hollow = replace(bare, serial=None, unnumbered=True)
    found = compare(hollow, replace(bare, serial="RLS77A1"))
    assert (found.decision, found.contradicts) == ("different", True)
    assert compare(replace(bare, serial=None), bare).decision == "ask", "a file that does not tell"
    # What lasts and agrees weighs more: somebody has written the number into the firmware since.
    assert compare(replace(MACHINE, serial=None, unnumbered=True), MACHINE).decision == "same"


def test_what_is_stored_may_come_from_the_plate() -> None:
    hollow = replace(MACHINE, serial=None, uuid=None, board_serial=None, unnumbered=True)
    stored = Inspection("stored", "Reseller", "Relaisbook 5", serial="RLS77A1")
    assert not compare(hollow, stored).contradicts
    assert compare(MACHINE, stored).decision == "ask"
    assert compare(MACHINE, replace(stored, uuid=files.UUID)).decision == "same"
    assert not compare(hollow, replace(stored, manufacturer="Relais", media=MACHINE.media)).contradicts


@pytest.mark.parametrize("mac", ["00:11:11:11:11:00", "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "00:11:22:33:44:55"])
def test_an_address_that_somebody_made_up_is_no_evidence(mac: str) -> None:
    one, other = (
        Inspection("lshw", "Relais Inc.", "Relaisbook 5", macs=(mac,), replaceable_macs=cards) for cards in ((), (mac,))
    )
    assert mac not in said(one, one) + said(other, other)


def test_a_file_without_a_number_asks_only_about_files_like_it() -> None:
    bare = Inspection("lshw", "Relais Inc.", "Relaisbook 5", unnumbered=True)
    assert [one.decision for one in group([bare, bare])] == ["ask", "ask"]
    assert [one.decision for one in group([bare, replace(MACHINE, uuid=None)])] == ["new", "new"]
    assert [one.decision for one in group([replace(bare, unnumbered=False), MACHINE])] == ["ask", "new"]
    assert [one.decision for one in group([replace(bare, model="")])] == ["ask"], "nothing is known of it"


def test_a_snapshot_uuid_is_no_identity() -> None:
    named = {"snapshot_uuid": "6a1d0c52-9a38-4c55-8a2b-5d3a1f0e7c11"}
    assert compare(replace(MACHINE, **named), replace(OTHER, **named)).decision == "different"  # type: ignore[arg-type]


def test_an_inspection_that_fits_two_machines_joins_neither() -> None:
    twin = replace(MACHINE, serial="RLS77A2", board_serial="MBRLS0002")
    vague = replace(MACHINE, serial=None, board_serial=None)
    groups = group([MACHINE, vague, twin, MACHINE])
    assert [(one.members, one.decision) for one in groups] == [((0, 3), "same"), ((1,), "ask"), ((2,), "ask")]
    assert groups[1].ask_about == (0, 2, 3)


def test_reasons_are_whole_sentences() -> None:
    assert said(MACHINE, MACHINE).startswith("Maker and serial number are the same: RLS77A1. The SMBIOS UUID")
    assert [str(reason) for reason in group([MACHINE])[0].reasons] == ["No other file tells of this machine."]


def choice(values: list[str | None]) -> st.SearchStrategy[str | None]:
    return st.sampled_from(values)


MACS = ["02:00:5e:10:00:01", "02:00:5e:20:00:01", "02:00:5e:10:00:77"]
INSPECTIONS = st.builds(
    Inspection,
    tool=st.just("lshw"),
    manufacturer=st.sampled_from(["Relais Inc.", "Relais", "Fictor", ""]),
    model=st.sampled_from(["Relaisbook 5", ""]),
    serial=choice([None, "RLS77A1", "RLS77A2", "QXW31F9", "Default string", "A1"]),
    uuid=choice([None, files.UUID, files.SWAPPED, "5f1d2c3b-7788-4a5b-9c0d-1122aabb3344"]),
    board_serial=choice([None, "MBRLS0001", "mbrls0001", "MBRLS7342", "0"]),
    media=st.lists(st.sampled_from([SeenMedium("hdd", serial=one) for one in ("RLSD0001", "RLSD0002")])).map(tuple),
    macs=st.sets(st.sampled_from(MACS)).map(sorted).map(tuple),
    replaceable_macs=st.sampled_from([(), (MACS[1],)]),
    unnumbered=st.booleans(),
    snapshot_uuid=choice([None, "6a1d0c52-9a38-4c55-8a2b-5d3a1f0e7c11"]),
)


# Two files of one machine tell the same but for one thing: the firmware of the first was asked for its number and has
# none. Only that one contradicts the last, with which a board and its UUID join them.
_BARE = Inspection(tool="lshw", manufacturer="Relais Inc.", model="Relaisbook 5")
ONE_ASKED = [
    replace(_BARE, uuid=files.UUID, unnumbered=True),
    replace(_BARE, uuid=files.UUID),
    replace(_BARE, uuid=files.UUID, board_serial="MBRLS0001", board_manufacturer="Relais Inc."),
    replace(_BARE, serial="RLS77A1", board_serial="MBRLS0001", board_manufacturer="Relais Inc."),
]


@given(INSPECTIONS, INSPECTIONS)
@settings(max_examples=400, deadline=None)
def test_comparing_is_symmetric(a: Inspection, b: Inspection) -> None:
    there, back = compare(a, b), compare(b, a)
    assert there == back
    assert 0 < there.confidence < 1
    assert [str(reason) for reason in there.reasons] == [str(reason) for reason in back.reasons]
    assert there.reasons


@given(st.lists(INSPECTIONS, max_size=7), st.randoms(use_true_random=False))
@example(ONE_ASKED, Random(1))
@example(ONE_ASKED, Random(2))
@example(ONE_ASKED, Random(3))
@settings(max_examples=300, deadline=None)
def test_the_order_of_files_changes_no_group(seen: list[Inspection], chance: object) -> None:
    order = list(range(len(seen)))
    chance.shuffle(order)  # type: ignore[attr-defined]
    straight = {(one.members, one.decision, one.ask_about) for one in group(seen)}
    shuffled = {
        (tuple(sorted(order[at] for at in one.members)), one.decision, tuple(sorted(order[at] for at in one.ask_about)))
        for one in group([seen[at] for at in order])
    }
    assert straight == shuffled
    assert sorted(at for members, _decision, _about in straight for at in members) == list(range(len(seen)))


@given(st.lists(INSPECTIONS, max_size=7))
@example(ONE_ASKED)
@settings(max_examples=200, deadline=None)
def test_no_group_holds_a_contradiction(seen: list[Inspection]) -> None:
    for one in group(seen):
        assert not any(compare(seen[a], seen[b]).contradicts for a in one.members for b in one.members)


@given(INSPECTIONS, INSPECTIONS)
@settings(max_examples=400, deadline=None)
def test_a_swapped_part_never_merges_two_machines(a: Inspection, b: Inspection) -> None:
    before = compare(a, b).decision
    disk, card = SeenMedium("nvme", serial="WANDERER01"), "02:00:5e:20:00:99"
    swapped = [
        replace(one, media=(*one.media, disk), macs=(*one.macs, card), replaceable_macs=(*one.replaceable_macs, card))
        for one in (a, b)
    ]
    after = compare(swapped[0], swapped[1]).decision
    assert (after == "same") == (before == "same")
    assert len(group(swapped)) >= len(group([a, b]))


@pytest.mark.skipif(not REAL.is_dir(), reason="the folder of real files is absent")
def test_the_truths_about_real_machines_hold() -> None:
    snapshots = sorted(path.stem for path in (REAL / "ereuse-snapshot").iterdir())
    twins = [next(name for name in snapshots if name.startswith(one)) for one in ("5d2f7902", "8ad8022b", "b3a1fff7")]
    names = [
        *("lshw/7900.lshw", "lshw/erased-i5.lshw", "ereuse-snapshot/erased-i5.snapshot"),
        *("lshw/asus-all-series.lshw", "lshw/custom.lshw", "lshw/all-series.lshw"),
        *("lshw/1000h.lshw", "lshw/1001pxd.lshw", "lshw/nec.lshw", "lshw/virtualbox-no-hdd.lshw"),
        *(f"ereuse-snapshot/{one}" for one in (*twins, "snapshot01", "snapshot02", "snapshot-workbench11")),
        *("glpi/computer_1", "glpi/computer_2"),
    ]
    seen = [read_inspection((REAL / f"{name}.json").read_bytes(), name) for name in names]
    groups = group(seen)
    assert [one.members for one in groups if one.decision == "same"] == [(0, 1, 2), (3, 4), (10, 11)]
    assert all(len(one.members) == 1 for one in groups if one.decision != "same")
    assert "a sign or two" in said(seen[10], seen[12])
    assert compare(seen[3], seen[5]).decision == "different"
    assert compare(seen[6], seen[7]).decision == "different"
    assert compare(seen[13], seen[14]).decision == "different"
    assert [one.decision for one in groups if {13, 14} & set(one.members)] == ["new", "new"]
