"""Inspection files as each tool writes them, of machines that do not exist."""

from __future__ import annotations

import json
from typing import Any

UUID = "4c4c4544-0052-4c10-8053-c3c04f303132"
# The same number as lshw prints it.
SWAPPED = "44454c4c-5200-104c-8053-c3c04f303132"


def lshw(**more: Any) -> bytes:
    """A laptop as lshw lists it; keywords change serial, uuid, board, maker, model, disk, wired and wireless."""
    facts = _facts(more)
    disk = {"id": "disk", "class": "disk", "description": "ATA Disk", "product": "ST500RLS12", "size": 500107862016}
    wired = {"id": "network:0", "class": "network", "serial": facts["wired"], "businfo": "pci@0000:00:1f.6"}
    wireless = {"id": "network:1", "class": "network", "serial": facts["wireless"], "description": "Wireless interface"}
    nodes = [disk | {"serial": facts["disk"], "logicalname": "/dev/sda"}, wired, wireless]
    board = {"id": "core", "class": "bus", "product": "RB-MB", "vendor": "Relais Inc.", "serial": facts["board"]}
    root = {
        "id": "desk-of-dirk", "class": "system", "description": "Notebook", "product": facts["model"],
        "vendor": facts["maker"], "serial": facts["serial"],
        "configuration": {"chassis": "notebook", "uuid": facts["uuid"]}, "children": [board | {"children": nodes}],
    }  # fmt: skip
    return json.dumps(root).encode()


def glpi(**more: Any) -> bytes:
    """The same laptop as the GLPI agent reports it, with its user and software."""
    facts = _facts(more)
    network = {"status": "up", "virtualdev": False, "ipaddress": "192.0.2.7"}
    content = {
        "versionclient": "GLPI-Agent_v1.7",
        "bios": {"ssn": facts["serial"], "smanufacturer": facts["maker"], "smodel": facts["model"],
                 "msn": facts["board"], "mmanufacturer": "Relais Inc.", "mmodel": "RB-MB", "assettag": "dirk-pc"},
        "hardware": {"uuid": facts["uuid"].upper(), "name": "dirk-pc", "chassis_type": "Notebook", "memory": 7800,
                     "lastloggeduser": "dirk", "workgroup": "dirk.example", "winowner": "Dirk"},
        "users": [{"login": "dirk"}], "softwares": [{"name": "Dirkmail", "username": "dirk"}],
        "memories": [{"capacity": 4096}, {"capacity": 4096}], "cpus": [{"name": "Relais CPU   @ 2.60GHz"}],
        "storages": [
            {"name": "sda", "model": "ST500RLS12", "serial": facts["disk"], "disksize": 500107, "interface": "SATA"},
            {"name": "sdb", "model": "Stick of dirk", "serial": "DIRK01", "disksize": 8000, "interface": "USB"},
        ],
        "networks": [
            network | {"description": "lo", "type": "loopback", "mac": "00:00:00:00:00:00", "virtualdev": True},
            network | {"description": "eno1", "type": "ethernet", "mac": facts["wired"]},
            network | {"description": "wlp2s0", "type": "wifi", "mac": facts["wireless"], "wifi_ssid": "chez-dirk"},
            network | {"description": "enp0s20u1", "type": "ethernet", "mac": "02:00:5e:99:00:09"},
        ],
    }  # fmt: skip
    return json.dumps({"action": "inventory", "deviceid": "dirk-pc-2026-03-02", "content": content}).encode()


def dmidecode(**more: Any) -> bytes:
    """The same laptop as its firmware tells it."""
    facts = _facts(more)
    return f"""# dmidecode 3.4
Getting SMBIOS data from sysfs.
SMBIOS 3.0 present.

Handle 0x0001, DMI type 1, 27 bytes
System Information
\tManufacturer: {facts["maker"]}
\tProduct Name: {facts["model"]}
\tSerial Number: {facts["serial"]}
\tUUID: {facts["uuid"]}
\tWake-up Type: Power Switch

Handle 0x0002, DMI type 2, 17 bytes
Base Board Information
\tManufacturer: Relais Inc.
\tProduct Name: RB-MB
\tSerial Number: {facts["board"]}
\tAsset Tag: desk of dirk
\tFeatures:
\t\tBoard is a hosting board

Handle 0x0003, DMI type 3, 24 bytes
Chassis Information
\tType: Notebook
\tSerial Number: Chassis Serial Number

Handle 0x0004, DMI type 4, 48 bytes
Processor Information
\tVersion: Relais CPU   @ 2.60GHz

Handle 0x0011, DMI type 17, 40 bytes
Memory Device
\tSize: 8 GB

Handle 0x0012, DMI type 17, 40 bytes
Memory Device
\tSize: No Module Installed
""".encode()


def snapshot11(**more: Any) -> bytes:
    """The same laptop in a snapshot of eReuse's workbench 11."""
    facts = _facts(more)
    components = [
        {"type": "SolidStateDrive", "model": "RLS SSD 120", "serialNumber": facts["disk"], "size": 120034.123776,
         "interface": "ATA"},
        {"type": "Motherboard", "manufacturer": "Relais Inc.", "model": "RB-MB", "serialNumber": facts["board"]},
        {"type": "NetworkAdapter", "model": "Gigabit", "serialNumber": facts["wired"].upper(), "wireless": False},
        {"type": "NetworkAdapter", "model": "RLS 802.11ac", "serialNumber": facts["wireless"], "wireless": True},
        {"type": "RamModule", "size": 4096.0}, {"type": "RamModule", "size": 4096},
        {"type": "Processor", "model": "Relais CPU   @ 2.60GHz"},
    ]  # fmt: skip
    device = {"type": "Laptop", "chassis": "Netbook", "manufacturer": facts["maker"], "model": facts["model"],
              "serialNumber": facts["serial"]}  # fmt: skip
    return json.dumps({"type": "Snapshot", "uuid": facts["name"], "device": device, "components": components}).encode()


def snapshot10(**more: Any) -> bytes:
    """The same laptop in a snapshot of version 10."""
    facts = _facts(more)
    components = [
        {
            "@type": "HardDrive",
            "model": "ST500RLS12",
            "serialNumber": facts["disk"],
            "size": 476940,
            "interface": "ata",
        },
        {"@type": "Motherboard", "manufacturer": "Relais Inc.", "model": "RB-MB", "serialNumber": facts["board"]},
        {"@type": "NetworkAdapter", "model": "Gigabit", "serialNumber": facts["wired"]},
    ]
    device = {"@type": "Computer", "type": "Laptop", "manufacturer": facts["maker"], "model": facts["model"],
              "serialNumber": facts["serial"]}  # fmt: skip
    whole = {"@type": "devices:Snapshot", "_uuid": facts["name"], "device": device, "components": components}
    return json.dumps(whole).encode()


def snapshot_enclosing(*, as_text: bool = False, **more: Any) -> bytes:
    """The same laptop in a snapshot that carries lshw's, dmidecode's and smartctl's output."""
    facts = _facts(more)
    listing = lshw(**more)
    smart = {"serial_number": facts["disk"], "model_name": "ST500RLS12-WHOLE", "rotation_rate": 5400,
             "device": {"type": "sat", "protocol": "ATA"}, "user_capacity": {"bytes": 500107862016}}  # fmt: skip
    data = {
        "lshw": listing.decode() if as_text else json.loads(listing),
        "dmidecode": dmidecode(**more).decode(),
        "smart": [smart, smart | {"serial_number": "RLSN0009", "device": {"type": "nvme", "protocol": "NVMe"}}],
        "hwinfo": "hostname: dirk-pc",
    }
    return json.dumps(
        {"type": "Snapshot", "uuid": facts["name"], "software": "workbench-script", "data": data}
    ).encode()


def _facts(more: dict[str, Any]) -> dict[str, Any]:
    return {
        "serial": "RLS77A1", "uuid": UUID, "board": "MBRLS0001", "maker": "Relais Inc.", "model": "Relaisbook 5",
        "disk": "RLSD0001", "wired": "02:00:5e:10:00:01", "wireless": "02:00:5e:20:00:01",
        "name": "6a1d0c52-9a38-4c55-8a2b-5d3a1f0e7c11", **more,
    }  # fmt: skip


TOOLS = {
    "lshw": lshw,
    "glpi": glpi,
    "dmidecode": dmidecode,
    "snapshot11": snapshot11,
    "snapshot10": snapshot10,
    "snapshot_enclosing": snapshot_enclosing,
}
