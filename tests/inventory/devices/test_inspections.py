"""Whatever tool looked, the same machine comes out of its file, and nobody's name with it."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.devices.inspections import INSPECTIONS, SeenMedium, read_inspection
from inventory.errors import BadFile
from tests.inventory.devices import inspection_files as files

REAL = Path(__file__).parents[4] / "shared" / "real"
TOOLS = list(files.TOOLS)


@pytest.mark.parametrize("tool", TOOLS)
def test_each_tool_is_recognised_by_content_and_gives_the_same_machine(tool: str) -> None:
    found = read_inspection(files.TOOLS[tool](), "inspection.bin")
    assert found.tool == ("ereuse" if tool.startswith("snapshot") else tool)
    assert (found.manufacturer, found.model, found.serial) == ("Relais Inc.", "Relaisbook 5", "RLS77A1")
    assert (found.board_manufacturer, found.board_model, found.board_serial) == ("Relais Inc.", "RB-MB", "MBRLS0001")
    assert found.category == "laptop"
    if not tool.startswith("snapshot1"):
        assert found.uuid == files.UUID
    if tool not in {"snapshot10", "lshw", "snapshot_enclosing"}:
        assert found.memory_bytes == 8 * 2**30
        assert found.processor == "Relais CPU @ 2.60GHz"


@pytest.mark.parametrize("tool", TOOLS)
def test_a_file_saved_by_powershell_is_the_same_machine(tool: str) -> None:
    data = files.TOOLS[tool]()
    assert read_inspection(data.decode().encode("utf-16"), "x") == read_inspection(data, "x")


@pytest.mark.parametrize("tool", TOOLS)
def test_nothing_of_the_last_user_leaves_the_reader(tool: str) -> None:
    assert "dirk" not in str(read_inspection(files.TOOLS[tool](), "x")).casefold()


@pytest.mark.parametrize("tool", TOOLS)
def test_placeholders_become_none_with_a_warning(tool: str) -> None:
    data = files.TOOLS[tool](serial="To be filled by O.E.M.", board="Default string")
    found = read_inspection(data, "x")
    assert (found.serial, found.board_serial) == (None, None)
    assert sum("placeholder" in warning for warning in found.warnings) == 2


@pytest.mark.parametrize(
    ("tool", "medium"),
    [
        ("glpi", SeenMedium("hdd", "ST500RLS12", "RLSD0001", 500107000000, "sata")),
        ("snapshot11", SeenMedium("sata_ssd", "RLS SSD 120", "RLSD0001", 120034123776, "sata")),
        ("snapshot10", SeenMedium("hdd", "ST500RLS12", "RLSD0001", 476940 * 2**20, "sata")),
    ],
)
def test_the_media_in_the_machine_are_listed_and_no_stick(tool: str, medium: SeenMedium) -> None:
    assert read_inspection(files.TOOLS[tool](), "x").media == (medium,)


@pytest.mark.parametrize("as_text", [True, False])
def test_smartctl_completes_what_lshw_saw(as_text: bool) -> None:
    found = read_inspection(files.snapshot_enclosing(as_text=as_text), "x")
    assert [(one.kind, one.serial, one.model) for one in found.media] == [
        ("hdd", "RLSD0001", "ST500RLS12-WHOLE"),
        ("nvme", "RLSN0009", "ST500RLS12-WHOLE"),
    ]


@pytest.mark.parametrize("tool", ["lshw", "glpi", "snapshot11"])
def test_a_wireless_card_is_told_from_the_wired_adapter(tool: str) -> None:
    found = read_inspection(files.TOOLS[tool](), "x")
    assert found.macs == ("02:00:5e:10:00:01", "02:00:5e:20:00:01")
    assert found.replaceable_macs == ("02:00:5e:20:00:01",)


def test_a_snapshot_whose_listing_is_broken_falls_back_on_dmidecode() -> None:
    whole = json.loads(files.snapshot_enclosing())
    whole["data"]["lshw"] = '{"id": '
    assert read_inspection(json.dumps(whole).encode(), "x").serial == "RLS77A1"


def test_dmidecode_says_that_it_knows_no_media() -> None:
    found = read_inspection(files.dmidecode(), "x")
    assert not found.media
    assert any("no storage media" in warning for warning in found.warnings)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"  ", "empty"),
        (b"hello", "not an inspection that Relais can read"),
        (b'{"type": "Snapshot", "uuid": "x",\n "device": ', "line 2"),
        (b'{"type": "Snapshot"}', "does not describe a machine"),
        (b'{"type": "Snapshot", "data": {"lshw": {}}}', "does not describe a machine"),
        (b'{"deviceid": "x", "content": {"bios": {},\n', "line 2"),
        (b'{"deviceid": "x", "content": {}}', "no computer"),
        (b'{"deviceid": "x", "itemtype": "Printer", "content": {"bios": {"ssn": "A1"}}}', "no computer"),
        (b'{"deviceid": "x", "content": {"bios": {"ssn": "A1"}, "storages": "sda"}}', "'storages'"),
        (b"# dmidecode 3.4\nScanning /dev/mem for entry point.\n/dev/mem: Permission denied\n", "as administrator"),
    ],
)
def test_a_refusal_names_the_mend(data: bytes, said: str) -> None:
    with pytest.raises(BadFile, match=said):
        read_inspection(data, "x")


def test_a_tool_that_is_named_reads_its_own_files_only() -> None:
    for tool in INSPECTIONS:
        for name, made in files.TOOLS.items():
            own = tool == ("ereuse" if name.startswith("snapshot") else name)
            if own:
                assert read_inspection(made(), "x", tool).serial == "RLS77A1"
            else:
                with pytest.raises(BadFile):
                    read_inspection(made(), "x", tool)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from([tool for tool in TOOLS if tool != "dmidecode"]), st.data())
@settings(max_examples=400, deadline=None)
def test_any_value_anywhere_is_read_or_refused(tool: str, data: st.DataObject) -> None:
    whole = json.loads(files.TOOLS[tool]())
    place: Any = whole
    for _depth in range(data.draw(st.integers(1, 5))):
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            return
        key = data.draw(st.sampled_from(keys))
        if not isinstance(place[key], dict | list):
            break
        above, place = place, place[key]
        if data.draw(st.booleans()):
            place = above
            break
    if isinstance(place, dict | list) and key in (place if isinstance(place, dict) else range(len(place))):
        place[key] = data.draw(VALUES)
    with contextlib.suppress(BadFile):
        read_inspection(json.dumps(whole).encode(), "x")


@given(st.sampled_from(TOOLS), st.data())
@settings(max_examples=400, deadline=None)
def test_cut_off_and_scratched_files_are_read_or_refused(tool: str, data: st.DataObject) -> None:
    whole = files.TOOLS[tool]()
    cut = bytearray(whole[: data.draw(st.integers(0, len(whole)))])
    for place in data.draw(st.lists(st.integers(0, max(0, len(cut) - 1)), max_size=4)):
        if cut:
            cut[place] = data.draw(st.integers(0, 255))
    for name in ("", *INSPECTIONS):
        with contextlib.suppress(BadFile):
            read_inspection(bytes(cut), "x", name)


@given(st.binary(max_size=200), st.sampled_from(["", *INSPECTIONS]))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_read_or_refused(noise: bytes, tool: str) -> None:
    for front in (b"", b"{", b"<", b"# dmidecode 3\n", b"\xff\xfe"):
        with contextlib.suppress(BadFile):
            read_inspection(front + noise, "x", tool)


@pytest.mark.skipif(not REAL.is_dir(), reason="the folder of real files is absent")
def test_real_files_of_every_tool_are_read_or_refused_with_the_mend() -> None:
    for folder, tool in (("ereuse-snapshot", "ereuse"), ("glpi", "glpi"), ("lshw", "lshw")):
        for path in sorted((REAL / folder).iterdir()):
            if path.name in {"printer_1.json", "inventory.schema.json", "invalid-chars.xml"}:
                with pytest.raises(BadFile):
                    read_inspection(path.read_bytes(), path.name)
                continue
            found = read_inspection(path.read_bytes(), path.name)
            assert (found.tool, bool(found.model)) == (tool, True), path.name


@pytest.mark.skipif(not REAL.is_dir(), reason="the folder of real files is absent")
def test_dmidecode_inside_real_snapshots_tells_what_lshw_tells() -> None:
    for path in sorted((REAL / "ereuse-snapshot").glob("*-*-*-*-*.json")):
        text = json.loads(path.read_bytes())["data"]["dmidecode"]
        whole, alone = read_inspection(path.read_bytes(), path.name), read_inspection(text.encode(), "x")
        assert (whole.serial, whole.uuid, whole.board_serial) == (alone.serial, alone.uuid, alone.board_serial)
