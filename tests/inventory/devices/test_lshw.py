"""An lshw listing tells what is in a machine: its identity where there is one, its media, and nobody's name."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.devices.inspections import Inspection, SeenMedium, read_inspection
from inventory.devices.placeholders import identifying, identifying_uuid
from inventory.errors import BadFile, Refusal

REAL = Path(__file__).parents[4] / "shared" / "real" / "lshw"

DISK = {
    "id": "disk", "class": "disk", "description": "ATA Disk", "product": "ST500RLS12", "vendor": "Seagate",
    "serial": "RLSD0001", "size": 500107862016, "businfo": "scsi@0:0.0.0", "logicalname": "/dev/sda",
    "capabilities": {"partitioned": "Partitioned disk"},
}  # fmt: skip
NVME = {
    "id": "nvme", "class": "storage", "description": "NVMe device", "product": "RLS NVMe 256", "serial": "RLSN0001",
    "logicalname": "/dev/nvme0", "configuration": {"driver": "nvme"},
    "children": [
        {"id": "namespace:0", "class": "disk", "logicalname": "/dev/ng0n1"},
        {"id": "namespace:1", "class": "disk", "logicalname": "/dev/nvme0n1", "size": 256060514304},
    ],
}  # fmt: skip


def machine(*nodes: dict, **more: object) -> dict:
    """A laptop in lshw's shape, with the given nodes inside."""
    root: dict = {
        "id": "desk-of-dirk", "class": "system", "description": "Notebook", "product": "Relaisbook 5 (RB5-SKU)",
        "vendor": "Relais Inc.", "serial": "RLS77A1",
        "configuration": {"chassis": "notebook", "sku": "RB5-SKU", "uuid": "4C4C4544-0052-4C10-8053-C3C04F303132"},
        "children": [
            {
                "id": "core", "class": "bus", "description": "Motherboard", "product": "RB-MB", "serial": "MBRLS01",
                "children": [
                    {"id": "memory", "class": "memory", "description": "System Memory", "size": 8589934592},
                    {"id": "cpu", "class": "processor", "product": "Relais CPU   @ 2.60GHz"},
                    {"id": "network", "class": "network", "serial": "02:00:5E:10:00:01", "businfo": "pci@0000:00:1f.6"},
                    *nodes,
                ],
            }
        ],
    }  # fmt: skip
    return root | more


def read(listing: object) -> Inspection:
    return read_inspection(json.dumps(listing).encode(), "lshw.json")


def test_a_machine_is_read_with_identity_and_media():
    assert read(machine(DISK, NVME)) == Inspection(
        tool="lshw",
        manufacturer="Relais Inc.",
        model="Relaisbook 5",
        serial="RLS77A1",
        uuid="4c4c4544-0052-4c10-8053-c3c04f303132",
        board_serial="MBRLS01",
        category="laptop",
        memory_bytes=8589934592,
        processor="Relais CPU @ 2.60GHz",
        media=(
            SeenMedium("hdd", "ST500RLS12", "RLSD0001", 500107862016, "sata"),
            SeenMedium("nvme", "RLS NVMe 256", "RLSN0001", 256060514304, "nvme"),
        ),
        macs=("02:00:5e:10:00:01",),
        board_model="RB-MB",
    )


def test_the_list_form_is_the_same_machine():
    assert read([machine(DISK)]) == read(machine(DISK))


def test_the_name_of_the_host_is_dropped():
    assert "dirk" not in str(read(machine(DISK)))


@pytest.mark.parametrize(
    "serial",
    ["To be filled by O.E.M.", "To Be Filled By O.E.M", "System Serial Number", "0", "SN 123456789ABC",
     "EeePC-0123456789", "Default string", "Not Specified", "None", "0000000", "..........", "XXXXXXX", " "],
)  # fmt: skip
def test_placeholder_serials_become_none_with_a_warning(serial):
    assert identifying(serial) is None
    found = read(machine(serial=serial))
    assert found.serial is None
    assert bool(found.warnings) == bool(serial.strip())


@pytest.mark.parametrize("serial", ["CZC1234RLS", "5CG9RLS01", "00000017", "PF-1RLS2"])
def test_serials_that_identify_are_kept(serial):
    assert identifying(serial) == serial


def test_a_shared_uuid_is_no_identity():
    assert identifying_uuid("00020003-0004-0005-0006-000700080009") is None
    found = read(machine(configuration={"uuid": "03000200-0400-0500-0006-000700080009"}))
    assert found.uuid is None
    assert found.warnings


@pytest.mark.parametrize(
    "node",
    [
        DISK | {"id": "cdrom", "description": "DVD-RAM writer"},
        DISK | {"description": "DVD reader"},
        DISK | {"capabilities": {"removable": "support is removable"}, "size": None},
        DISK | {"product": "Virtual Floppy"},
        DISK | {"logicalname": "/dev/loop0"},
    ],
)
def test_optical_empty_and_virtual_drives_are_not_media(node):
    assert read(machine(node)).media == ()


def test_a_usb_stick_is_not_part_of_the_machine_and_is_told():
    stick = {"id": "usb", "class": "storage", "businfo": "usb@1:2", "children": [DISK]}
    found = read(machine(stick))
    assert found.media == ()
    assert "USB disk" in found.warnings[0]


def test_an_nvme_drive_that_only_shows_its_controller_is_still_a_medium():
    controller = {
        "id": "storage",
        "class": "storage",
        "product": "NVMe SSD Controller",
        "configuration": {"driver": "nvme"},
    }
    (medium,) = read(machine(controller)).media
    assert (medium.kind, medium.serial) == ("nvme", None)


def test_soldered_and_loose_cards_are_told_apart():
    def card(name: str, *more: str) -> dict:
        parts = [{"id": "part", "class": "disk", "logicalname": f"/dev/{name}{part}", "size": 4} for part in more]
        inner = {"id": "interface", "class": "disk", "logicalname": f"/dev/{name}", "size": 64_000_000_000}
        return {
            "id": "device",
            "class": "generic",
            "serial": "0x4a21RLS",
            "product": "RLS64",
            "children": [inner, *parts],
        }

    media = read(machine(card("mmcblk0", "boot0", "boot1"), card("mmcblk1"))).media
    assert [(medium.kind, medium.serial, medium.capacity_bytes) for medium in media] == [
        ("emmc", "4a21RLS", 64_000_000_000),
        ("card", "4a21RLS", 64_000_000_000),
    ]


def test_solid_state_disks_are_told_from_turning_ones():
    kinds = {"RLS SSD 240": "sata_ssd", "WD5000RLSX-0": "hdd", "RELAISDISK": "unknown"}
    for product, kind in kinds.items():
        assert read(machine(DISK | {"product": product})).media[0].kind == kind
    turning = DISK | {"product": "RELAISDISK", "capabilities": {"7200rpm": "7200 rotations per minute"}}
    assert read(machine(turning)).media[0].kind == "hdd"


def test_xml_is_read_like_json():
    xml = b"""<?xml version="1.0"?><list><node id="x" class="system"><product>Book</product><vendor>Relais</vendor>
      <serial>RLS1</serial><configuration><setting id="chassis" value="notebook"/></configuration>
      <node id="disk" class="disk"><description>ATA Disk</description><product>ST5RLS</product><serial>D1RLS</serial>
      <size units="bytes">4000</size></node></node></list>"""
    found = read_inspection(xml, "lshw.xml")
    assert (found.model, found.serial, found.category) == ("Book", "RLS1", "laptop")
    assert found.media == (SeenMedium("unknown", "ST5RLS", "D1RLS", 4000, "sata"),)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b'{"id": "x",\n "class": }', "line 2"),
        (b"<node>\n<node>\n</list>", "line 3"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><node class="system">&b;</node>', "not an lshw"),
        (b"[" * 100_000, "lshw"),
        (b'[{"class": "disk"}]', "whole machine"),
        (b"42", "not an inspection"),
    ],
)
def test_broken_and_foreign_files_are_refused_with_a_mend(data, words):
    with pytest.raises(BadFile, match=words):
        read_inspection(data, "lshw.json")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
KEYS = [
    "id",
    "class",
    "description",
    "product",
    "serial",
    "size",
    "businfo",
    "logicalname",
    "capabilities",
    "configuration",
]


@given(st.sampled_from(KEYS), JSON, st.sampled_from([DISK, NVME]))
@settings(max_examples=300, deadline=None)
def test_any_value_anywhere_is_read_or_refused(key, value, node):
    for listing in (machine(node | {key: value}), machine(node, **{key: value}), value):
        with contextlib.suppress(Refusal):
            read(listing)


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_read_or_refused(noise):
    for data in (noise, b"<" + noise, b"{" + noise):
        with contextlib.suppress(Refusal):
            read_inspection(data, "x")


@pytest.mark.skipif(not REAL.is_dir(), reason="the folder of real files is absent")
def test_real_listings_give_the_true_identities():
    def real(name: str) -> Inspection:
        return read_inspection((REAL / name).read_bytes(), name)

    first, again = real("7900.lshw.json"), real("erased-i5.lshw.json")
    assert (first.serial, first.uuid) == (again.serial, again.uuid)
    board, same, other = (real(f"{name}.lshw.json") for name in ("asus-all-series", "custom", "all-series"))
    assert board.serial is same.serial is other.serial is None
    assert board.board_serial == same.board_serial != other.board_serial
    assert real("1000h.lshw.json").board_serial is real("1001pxd.lshw.json").board_serial is None
    assert (real("nec.lshw.json").serial, real("nec.lshw.json").uuid) == (None, None)
    assert (real("virtualbox-no-hdd.lshw.json").serial, real("virtualbox-no-hdd.lshw.json").media) == (None, ())
    assert len(real("laptop.xml").media) == 1
    with pytest.raises(BadFile, match="line 594"):
        real("invalid-chars.xml")
