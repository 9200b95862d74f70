"""Inspections by `lshw`: its JSON (one object, or a list as newer versions write it) and its XML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext_lazy as _

from inventory.devices.inspections.contents import (
    CHASSIS,
    MAC,
    OPTICAL,
    WIRELESS,
    Node,
    group,
    identity,
    is_hdd,
    is_ssd,
    is_unnumbered,
    medium_serial,
    parsed_json,
    plain,
    size,
    uuid_of,
    word,
)
from inventory.devices.inspections.seen import Inspection, Kind, SeenMedium
from inventory.devices.placeholders import identifying
from inventory.errors import BadFile

_DEEPEST = 60
_BROKEN = _("The file is not well formed: line %(line)s. Run `lshw -json` again and upload its whole output.")
_FOREIGN = _("The file is not an lshw listing. Run `lshw -json` and upload its whole output.")
_MMC = re.compile(r"/dev/(mmcblk\d+)(.*)")
_NOT_REAL = re.compile(r"virtual (?:cd|dvd|floppy|media)|^/dev/(?:loop|ram|zram|dm-|sr|fd|md|nbd)", re.IGNORECASE)


def recognises(data: bytes) -> bool:
    """Whether a file may be a listing: JSON or XML, which bear no other mark."""
    return data.startswith((b"{", b"[", b"<"))


def read(data: bytes) -> Inspection:
    """The machine in an lshw listing.

    Refuses (`BadFile`) what is not well formed, naming the line, and a listing without the machine itself.
    """
    return machine(_parsed(data))


def machine(listing: object) -> Inspection:
    """The machine in a listing that is already parsed. Refuses (`BadFile`) a listing without the machine itself."""
    root = _system(listing)
    warnings: list[str] = []
    board = next((node for node, _above in _walk(root) if node.get("id") == "core"), {})
    configuration = group(root, "configuration")
    manufacturer, model = _maker_and_model(root, board)
    nodes = list(_walk(root))
    return Inspection(
        tool="lshw",
        manufacturer=manufacturer,
        model=model,
        serial=identity(word(root, "serial"), "the system's serial number", warnings),
        unnumbered=is_unnumbered(word(root, "serial")),
        uuid=uuid_of(word(configuration, "uuid"), warnings),
        board_serial=identity(word(board, "serial"), "the board's serial number", warnings),
        category=_category(root, configuration),
        memory_bytes=_memory(nodes),
        processor=_processor(nodes),
        media=tuple(_media(nodes, warnings)),
        macs=tuple(dict.fromkeys(_macs(nodes))),
        warnings=tuple(warnings),
        board_manufacturer=identifying(word(board, "vendor")) or "",
        board_model=identifying(word(board, "product")) or "",
        replaceable_macs=tuple(dict.fromkeys(_macs(nodes, wireless=True))),
    )


def _parsed(data: bytes) -> object:
    data = plain(data)
    return _parsed_xml(data) if data.startswith(b"<") else parsed_json(data, _BROKEN, _FOREIGN)


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


def _names(node: Node) -> list[str]:
    value = node.get("logicalname")
    return [str(name) for name in (value if isinstance(value, list) else [value]) if isinstance(name, str)]


def _maker_and_model(root: Node, board: Node) -> tuple[str, str]:
    maker = identifying(word(root, "vendor")) or identifying(word(board, "vendor")) or ""
    sku = word(group(root, "configuration"), "sku")
    model = word(root, "product")
    # lshw prints the order code in brackets behind the name.
    model = model.removesuffix(f"({sku})").strip() if sku else model
    if maker.casefold() == "lenovo" and identifying(word(root, "version")):
        # Lenovo keeps the machine type in the product and the name people know in the version.
        model = word(root, "version")
    return maker, identifying(model) or identifying(word(board, "product")) or ""


def _category(root: Node, configuration: Node) -> str:
    chassis = word(configuration, "chassis").casefold()
    description = word(root, "description").casefold()
    return CHASSIS.get(chassis) or next((kind for word, kind in CHASSIS.items() if word in description), "other")


def _memory(nodes: list[tuple[Node, tuple[Node, ...]]]) -> int | None:
    """Bytes of working memory: the total if lshw gives one, else the sum of the banks."""
    memory = [node for node, _above in nodes if node.get("class") == "memory"]
    for named in ("system memory", "bank"):
        sizes = [
            bytes_there
            for node in memory
            if named in (word(node, "description").casefold(), word(node, "id").partition(":")[0])
            and "flash" not in word(node, "description").casefold()
            and (bytes_there := size(node))
        ]
        if sizes:
            return sum(sizes)
    return None


def _processor(nodes: list[tuple[Node, tuple[Node, ...]]]) -> str:
    products = (word(node, "product") for node, _above in nodes if node.get("class") == "processor")
    return " ".join(next(filter(None, products), "").split())


def _macs(nodes: list[tuple[Node, tuple[Node, ...]]], *, wireless: bool = False) -> Iterator[str]:
    """Addresses of network cards in the machine, or of its Wi-Fi cards; those of USB adapters go with the adapter."""
    for node, above in nodes:
        mac = word(node, "serial").casefold()
        if node.get("class") == "network" and MAC.fullmatch(mac) and not _on_usb(node, above):
            if wireless and not _is_wireless(node):
                continue
            yield mac


def _is_wireless(node: Node) -> bool:
    words = f"{word(node, 'description')} {word(node, 'product')}"
    return (
        bool(WIRELESS.search(words))
        or "wireless" in group(node, "capabilities")
        or any(name.startswith("wl") for name in _names(node))
    )


def _on_usb(node: Node, above: tuple[Node, ...]) -> bool:
    return any(word(one, "businfo").startswith("usb@") for one in (node, *above))


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
                name = word(node, "product") or "without name"
                warnings.append(f"a USB disk was plugged in and is not listed as part of the machine: {name}")
            else:
                yield _disk(node, warnings)
    yield from cards.values()


def _is_nvme(node: Node) -> bool:
    return node.get("class") == "storage" and (
        word(group(node, "configuration"), "driver") == "nvme"
        or any(re.fullmatch(r"/dev/nvme\d+", name) for name in _names(node))
    )


def _nvme(node: Node, warnings: list[str]) -> SeenMedium:
    sizes = [
        bytes_there
        for child, _above in _walk(node)
        if any(re.fullmatch(r"/dev/nvme\d+n\d+", name) for name in _names(child)) and (bytes_there := size(child))
    ]
    return SeenMedium(
        "nvme",
        word(node, "product"),
        medium_serial(word(node, "serial"), word(node, "product"), warnings),
        sum(sizes) or None,
        "nvme",
    )


def _card(node: Node, above: tuple[Node, ...], *, soldered: bool) -> SeenMedium:
    parent = above[-1] if above else {}
    described = node if word(node, "serial") else parent
    kind: Kind = "emmc" if soldered else "card"
    serial = identifying(word(described, "serial").removeprefix("0x"))
    return SeenMedium(kind, word(described, "product"), serial, size(node) or size(parent), "mmc")


def _is_disk(node: Node, above: tuple[Node, ...]) -> bool:
    if node.get("class") != "disk" or word(node, "id").startswith(("cdrom", "medium", "namespace")):
        return False
    if any(_is_nvme(one) or one.get("class") == "disk" for one in above):
        return False
    words = f"{word(node, 'description')} {word(node, 'product')}"
    capabilities = group(node, "capabilities")
    if OPTICAL.search(words) or any(word.startswith(("cd-", "dvd", "audio")) for word in capabilities):
        return False
    if any(_NOT_REAL.search(name) for name in (words, *_names(node))):
        return False
    # A card reader without a card reports a disk without size.
    return not ("removable" in capabilities and size(node) is None)


def _disk(node: Node, warnings: list[str]) -> SeenMedium:
    product = word(node, "product")
    words = f"{product} {word(node, 'description')}"
    turning = any(re.search(r"rpm|rotation", f"{key} {value}") for key, value in group(node, "capabilities").items())
    kind: Kind = "sata_ssd" if is_ssd(words) else "hdd" if turning or is_hdd(product) else "unknown"
    bus = word(node, "businfo").partition("@")[0]
    interface = "sata" if "ATA" in word(node, "description") else bus
    return SeenMedium(
        kind, product, medium_serial(word(node, "serial"), word(node, "product"), warnings), size(node), interface
    )
