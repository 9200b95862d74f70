"""Inspections by `lshw`: its JSON (one object, or a list as newer versions write it) and its XML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext_lazy as _

from inventory.devices.inspections.seen import Inspection, Kind, SeenMedium
from inventory.devices.placeholders import identifying, identifying_uuid
from inventory.errors import BadFile

Node = dict[str, Any]

_DEEPEST = 60
_CHASSIS = {
    "notebook": "laptop", "laptop": "laptop", "portable": "laptop", "sub-notebook": "laptop",
    "convertible": "laptop", "detachable": "tablet", "tablet": "tablet", "desktop": "desktop",
    "low-profile": "desktop", "mini": "desktop", "pizzabox": "desktop", "mini-tower": "desktop",
    "tower": "desktop", "all-in-one": "desktop", "space-saving": "desktop", "lunchbox": "desktop",
    "mini-pc": "desktop", "stick-pc": "desktop", "server": "server", "rackmount": "server", "blade": "server",
    "multi-system": "server",
}  # fmt: skip
_MAC = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}")
_SSD = re.compile(r"SSD|\bMZ[-7N]|^KINGSTON S[AKUV]|^CT\d+[BM]X|^SanDisk S|SOLID STATE", re.IGNORECASE)
_HDD = re.compile(
    r"^ST\d{3,}|^(?:WDC )?WD\d+[A-Z]|^Hitachi H|^HGST|^TOSHIBA (?:MK|MQ|DT|HD)|^SAMSUNG (?:HD|HM|SP)|^MAXTOR",
    re.IGNORECASE,
)
_BROKEN = _("The file is not well formed: line %(line)s. Run `lshw -json` again and upload its whole output.")
_FOREIGN = _("The file is not an lshw listing. Run `lshw -json` and upload its whole output.")
_MMC = re.compile(r"/dev/(mmcblk\d+)(.*)")
_OPTICAL = re.compile(r"\b(?:CD|DVD|BD)(?:-|\b)|optical|Blu-?ray", re.IGNORECASE)
_NOT_REAL = re.compile(r"virtual (?:cd|dvd|floppy|media)|^/dev/(?:loop|ram|zram|dm-|sr|fd|md|nbd)", re.IGNORECASE)


def read(data: bytes) -> Inspection:
    """The machine in an lshw listing.

    Refuses (`BadFile`) what is not well formed, naming the line, and a listing without the machine itself.
    """
    root = _system(_parsed(data))
    warnings: list[str] = []
    board = next((node for node, _above in _walk(root) if node.get("id") == "core"), {})
    configuration = _group(root, "configuration")
    manufacturer, model = _maker_and_model(root, board)
    nodes = list(_walk(root))
    return Inspection(
        tool="lshw",
        manufacturer=manufacturer,
        model=model,
        serial=_identity(_word(root, "serial"), "the system's serial number", warnings),
        uuid=_uuid(_word(configuration, "uuid"), warnings),
        board_serial=_identity(_word(board, "serial"), "the board's serial number", warnings),
        category=_category(root, configuration),
        memory_bytes=_memory(nodes),
        processor=_processor(nodes),
        media=tuple(_media(nodes, warnings)),
        macs=tuple(dict.fromkeys(_macs(nodes))),
        warnings=tuple(warnings),
    )


def _parsed(data: bytes) -> object:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        # PowerShell and some editors save it so.
        data = data.decode("utf-16", errors="replace").encode()
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    return _parsed_xml(data) if data.startswith(b"<") else _parsed_json(data)


def _parsed_json(data: bytes) -> object:
    try:
        return json.loads(data.decode("utf-8", errors="replace"), parse_constant=str)
    except json.JSONDecodeError as error:
        raise BadFile(
            _BROKEN,
            line=error.lineno,
        ) from None
    except (RecursionError, ValueError):
        raise BadFile(_FOREIGN) from None


def _parsed_xml(data: bytes) -> object:
    try:
        root = fromstring(data, forbid_dtd=True)
    except ParseError as error:
        raise BadFile(
            _BROKEN,
            line=error.position[0],
        ) from None
    except (DefusedXmlException, ValueError, LookupError):
        raise BadFile(_FOREIGN) from None
    nodes = [root] if root.tag == "node" else root.findall("node")
    return [_from_xml(node, 0) for node in nodes]


def _from_xml(element: Element, depth: int) -> Node:
    """An XML node in the shape of the JSON."""
    if depth > _DEEPEST:
        raise BadFile(_FOREIGN)
    node: Node = {"id": element.get("id", ""), "class": element.get("class", "")}
    for child in element:
        if child.tag == "node":
            node.setdefault("children", []).append(_from_xml(child, depth + 1))
        elif child.tag == "configuration":
            node["configuration"] = {setting.get("id", ""): setting.get("value", "") for setting in child}
        elif child.tag == "capabilities":
            node["capabilities"] = {item.get("id", ""): item.text or "" for item in child}
        elif child.tag == "size" and (child.text or "").isdecimal():
            node["size"] = int(child.text or "0")
        else:
            node.setdefault(child.tag, child.text or "")
    return node


def _system(parsed: object) -> Node:
    candidates = parsed if isinstance(parsed, list) else [parsed]
    for candidate in candidates:
        if isinstance(candidate, dict) and candidate.get("class") == "system":
            return candidate
    raise BadFile(
        _(
            "The file does not describe a whole machine. Run `lshw -json` as administrator, without filters,"
            " and upload its whole output."
        )
    )


def _walk(node: Node, above: tuple[Node, ...] = ()) -> Iterator[tuple[Node, tuple[Node, ...]]]:
    """Every node with those above it."""
    yield node, above
    children = node.get("children")
    if isinstance(children, list) and len(above) < _DEEPEST:
        for child in children:
            if isinstance(child, dict):
                yield from _walk(child, (*above, node))


def _word(node: Node, key: str) -> str:
    value = node.get(key)
    if isinstance(value, list):
        value = value[0] if value else ""
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return "".join(letter for letter in text if letter.isprintable()).strip()[:150]


def _names(node: Node) -> list[str]:
    value = node.get("logicalname")
    return [str(name) for name in (value if isinstance(value, list) else [value]) if isinstance(name, str)]


def _group(node: Node, key: str) -> Node:
    value = node.get(key)
    return value if isinstance(value, dict) else {}


def _size(node: Node) -> int | None:
    value = node.get("size")
    usable = isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**62
    return value if usable and isinstance(value, int) else None


def _identity(serial: str, what: str, warnings: list[str]) -> str | None:
    found = identifying(serial)
    if serial and found is None:
        warnings.append(f"{what} is a placeholder: “{serial}”")
    return found


def _uuid(uuid: str, warnings: list[str]) -> str | None:
    found = identifying_uuid(uuid)
    if uuid and found is None:
        warnings.append(f"the SMBIOS UUID identifies no machine: “{uuid}”")
    return found


def _maker_and_model(root: Node, board: Node) -> tuple[str, str]:
    maker = identifying(_word(root, "vendor")) or identifying(_word(board, "vendor")) or ""
    sku = _word(_group(root, "configuration"), "sku")
    model = _word(root, "product")
    # lshw prints the order code in brackets behind the name.
    model = model.removesuffix(f"({sku})").strip() if sku else model
    if maker.casefold() == "lenovo" and identifying(_word(root, "version")):
        # Lenovo keeps the machine type in the product and the name people know in the version.
        model = _word(root, "version")
    return maker, identifying(model) or identifying(_word(board, "product")) or ""


def _category(root: Node, configuration: Node) -> str:
    chassis = _word(configuration, "chassis").casefold()
    description = _word(root, "description").casefold()
    return _CHASSIS.get(chassis) or next((kind for word, kind in _CHASSIS.items() if word in description), "other")


def _memory(nodes: list[tuple[Node, tuple[Node, ...]]]) -> int | None:
    """Bytes of working memory: the total if lshw gives one, else the sum of the banks."""
    memory = [node for node, _above in nodes if node.get("class") == "memory"]
    for named in ("system memory", "bank"):
        sizes = [
            size
            for node in memory
            if named in (_word(node, "description").casefold(), _word(node, "id").partition(":")[0])
            and "flash" not in _word(node, "description").casefold()
            and (size := _size(node))
        ]
        if sizes:
            return sum(sizes)
    return None


def _processor(nodes: list[tuple[Node, tuple[Node, ...]]]) -> str:
    products = (_word(node, "product") for node, _above in nodes if node.get("class") == "processor")
    return " ".join(next(filter(None, products), "").split())


def _macs(nodes: list[tuple[Node, tuple[Node, ...]]]) -> Iterator[str]:
    """Addresses of network cards in the machine; those of USB adapters go with the adapter."""
    for node, above in nodes:
        mac = _word(node, "serial").casefold()
        if node.get("class") == "network" and _MAC.fullmatch(mac) and not _on_usb(node, above):
            yield mac


def _on_usb(node: Node, above: tuple[Node, ...]) -> bool:
    return any(_word(one, "businfo").startswith("usb@") for one in (node, *above))


def _media(nodes: list[tuple[Node, tuple[Node, ...]]], warnings: list[str]) -> Iterator[SeenMedium]:
    """Media that stay in the machine: no optical drives, no sticks, no empty readers, no virtual disks."""
    cards: dict[str, SeenMedium] = {}
    boots = {
        found[1] for node, _a in nodes for name in _names(node) if (found := _MMC.match(name)) and "boot" in found[2]
    }
    for node, above in nodes:
        if _is_nvme(node):
            yield _nvme(node, warnings)
            continue
        parts = [found for name in _names(node) if (found := _MMC.fullmatch(name))]
        card = next((part[1] for part in parts if not part[2]), None)
        if card is not None:
            seen = _card(node, above, soldered=card in boots)
            if card not in cards or (cards[card].serial is None and seen.serial):
                cards[card] = seen
        elif not parts and _is_disk(node, above):
            if _on_usb(node, above):
                name = _word(node, "product") or "without name"
                warnings.append(f"a USB disk was plugged in and is not listed as part of the machine: {name}")
            else:
                yield _disk(node, warnings)
    yield from cards.values()


def _is_nvme(node: Node) -> bool:
    return node.get("class") == "storage" and (
        _word(_group(node, "configuration"), "driver") == "nvme"
        or any(re.fullmatch(r"/dev/nvme\d+", name) for name in _names(node))
    )


def _nvme(node: Node, warnings: list[str]) -> SeenMedium:
    sizes = [
        size
        for child, _above in _walk(node)
        if any(re.fullmatch(r"/dev/nvme\d+n\d+", name) for name in _names(child)) and (size := _size(child))
    ]
    return SeenMedium("nvme", _word(node, "product"), _medium_serial(node, warnings), sum(sizes) or None, "nvme")


def _card(node: Node, above: tuple[Node, ...], *, soldered: bool) -> SeenMedium:
    parent = above[-1] if above else {}
    described = node if _word(node, "serial") else parent
    kind: Kind = "emmc" if soldered else "card"
    serial = identifying(_word(described, "serial").removeprefix("0x"))
    return SeenMedium(kind, _word(described, "product"), serial, _size(node) or _size(parent), "mmc")


def _is_disk(node: Node, above: tuple[Node, ...]) -> bool:
    if node.get("class") != "disk" or _word(node, "id").startswith(("cdrom", "medium", "namespace")):
        return False
    if any(_is_nvme(one) or one.get("class") == "disk" for one in above):
        return False
    words = f"{_word(node, 'description')} {_word(node, 'product')}"
    capabilities = _group(node, "capabilities")
    if _OPTICAL.search(words) or any(word.startswith(("cd-", "dvd", "audio")) for word in capabilities):
        return False
    if any(_NOT_REAL.search(name) for name in (words, *_names(node))):
        return False
    # A card reader without a card reports a disk without size.
    return not ("removable" in capabilities and _size(node) is None)


def _disk(node: Node, warnings: list[str]) -> SeenMedium:
    product = _word(node, "product")
    words = f"{product} {_word(node, 'description')}"
    turning = any(re.search(r"rpm|rotation", f"{key} {value}") for key, value in _group(node, "capabilities").items())
    kind: Kind = "sata_ssd" if _SSD.search(words) else "hdd" if turning or _HDD.search(product) else "unknown"
    bus = _word(node, "businfo").partition("@")[0]
    interface = "sata" if "ATA" in _word(node, "description") else bus
    return SeenMedium(kind, product, _medium_serial(node, warnings), _size(node), interface)


def _medium_serial(node: Node, warnings: list[str]) -> str | None:
    serial = _word(node, "serial")
    if not serial:
        warnings.append(f"a storage medium without serial number: {_word(node, 'product') or 'without name'}")
        return None
    return _identity(serial, "a storage medium's serial number", warnings)
