"""The texts of a long workbook, to each piece of a sheet only its own: a library would hold all. Runs in the child."""

from __future__ import annotations

import re
import zipfile
from array import array
from collections.abc import Iterable
from typing import BinaryIO

from imports.readers.archive import Archive, unpacked
from imports.readers.limits import Unreadable

PATH = "xl/sharedStrings.xml"
# Smaller tables are given whole: that is quicker.
_SMALL = 4_000_000
_ITEM = re.compile(rb"<(?:\w{1,20}:)?si[ />]")
_END = re.compile(rb"</(?:\w{1,20}:)?sst\s*>")
_CELL = re.compile(rb"""(<(?:\w{1,20}:)?c [^<>]{0,200}?\bt="s"[^<>]{0,200}>\s*<(?:\w{1,20}:)?v>)(\d{1,9})(?=<)""")
# Every way to say that a cell's text is in the table.
_SAYS = re.compile(rb"""\bt\s*=\s*(?:"s"|'s')""")


EMPTY = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"></sst>'


class SharedTexts:
    """The table of texts of a workbook as bytes, and where each text begins."""

    def __init__(self, data: bytes | bytearray) -> None:
        self._data = data
        self._starts = array("I", (found.start() for found in _ITEM.finditer(data)))
        if not self._starts:
            raise Unreadable("corrupt")
        end = _END.search(data, self._starts[-1])
        self._before, self._after = bytes(data[: self._starts[0]]), bytes(data[end.start() :]) if end else b""
        self._starts.append(end.start() if end else len(data))

    def for_piece(self, piece: bytes) -> tuple[bytes, bytes]:
        """A piece of a sheet that counts its texts from nought, and the table of only those.

        Where a cell names its text in a way that is not known here, both are given as they are.
        """
        places: dict[bytes, bytes] = {}

        def renumbered(found: re.Match[bytes]) -> bytes:
            place = places.get(found[2])
            if place is None:
                place = places[found[2]] = b"%d" % len(places)
            return found[1] + place

        smaller, count = _CELL.subn(renumbered, piece)
        if count != sum(1 for _found in _SAYS.finditer(piece)):
            return piece, bytes(self._data)
        return smaller, b"".join([self._before, *self._items(map(int, places)), self._after])

    def _items(self, numbers: Iterable[int]) -> Iterable[bytes | bytearray]:
        starts, last = self._starts, len(self._starts) - 1
        for number in numbers:
            if number >= last:
                raise Unreadable("corrupt")
            yield self._data[starts[number] : starts[number + 1]]


def shared_texts(file: BinaryIO, archive: Archive) -> SharedTexts | None:
    """The table of texts of a workbook if it is a long one. Refuses one that is none."""
    try:
        entry: zipfile.ZipInfo = archive.zip.getinfo(PATH)
    except KeyError:
        return None
    if entry.file_size <= _SMALL:
        return None
    # To join the pieces would hold them twice.
    data = bytearray()
    for piece in unpacked(file, entry):
        data += piece
    return SharedTexts(data)
