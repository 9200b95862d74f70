"""What an old Excel file (.xls) holds, known before the library reads it: its chains, its errors, its password.

The container is the compound file of [MS-CFB], the records are those of [MS-XLS] (BIFF8) and its forerunner BIFF5.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from imports.readers.limits import Unreadable

_LAST_CHAIN = 0xFFFFFFFA
# Streams shorter than this stand in sectors of 64 bytes.
_SMALL = 4096
_MACROS = "_VBA_PROJECT".encode("utf-16-le")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_STREAMS = ("Workbook", "Book")
_BOF, _BOF_OLD, _FILE_PASSWORD, _DATE_MODE, _CELL_ERROR, _FORMULA = 0x0809, 0x0009, 0x002F, 0x0022, 0x0205, 0x0006
_GLOBALS, _WORKSHEET = 0x0005, 0x0010


@dataclass(slots=True)
class OldWorkbook:
    """What the library does not tell: the date system, and cells whose formula gives an error, by worksheet."""

    since_1904: bool = False
    errors: list[set[tuple[int, int]]] = field(default_factory=list)


def checked_old_workbook(data: bytes) -> OldWorkbook:
    """Walk the container and its records. Refuses damaged, encrypted and macro files."""
    if _ENCRYPTED in data:
        raise Unreadable("encrypted")
    if _MACROS in data:
        raise Unreadable("macros")
    try:
        return _records(_workbook_stream(data))
    except (IndexError, ValueError):
        raise Unreadable("corrupt") from None


def _workbook_stream(data: bytes) -> bytes:
    shift = int.from_bytes(data[30:32], "little")
    if shift not in (9, 12) or len(data) < 512:
        raise Unreadable("corrupt")
    size = 1 << shift

    def sector(number: int) -> bytes:
        begin = (number + 1) * size
        if begin >= len(data):
            raise Unreadable("corrupt")
        return data[begin : begin + size]

    table = _allocation_table(data, size, sector)
    directory = _chain(int.from_bytes(data[48:52], "little"), table, sector)
    for begin in range(0, len(directory), 128):
        entry = directory[begin : begin + 128]
        name = entry[: max(0, int.from_bytes(entry[64:66], "little") - 2)].decode("utf-16-le", "replace")
        if name in _STREAMS:
            length = int.from_bytes(entry[120:124], "little")
            first = int.from_bytes(entry[116:120], "little")
            if length >= _SMALL:
                return _chain(first, table, sector)[:length]
            # A short stream stands in small sectors, which are kept together in the stream of the root.
            small = _chain(int.from_bytes(directory[116:120], "little"), table, sector)
            numbers = _numbers(_chain(int.from_bytes(data[60:64], "little"), table, sector))
            return _small_chain(first, numbers, small)[:length]
    raise Unreadable("not_a_workbook")


def _small_chain(first: int, table: list[int], small: bytes) -> bytes:
    return _chain(first, table, lambda number: small[number * 64 : number * 64 + 64])


def _chain(first: int, table: list[int], sector: Callable[[int], bytes]) -> bytes:
    pieces, seen, number = [], set(), first
    while number < _LAST_CHAIN:
        if number in seen or number >= len(table):
            raise Unreadable("corrupt")
        seen.add(number)
        pieces.append(sector(number))
        number = table[number]
    return b"".join(pieces)


def _allocation_table(data: bytes, size: int, sector: Callable[[int], bytes]) -> list[int]:
    numbers = _numbers(data[76:512])
    following, seen = int.from_bytes(data[68:72], "little"), set()
    while following < _LAST_CHAIN:
        if following in seen:
            raise Unreadable("corrupt")
        seen.add(following)
        more = _numbers(sector(following))
        numbers += more[:-1]
        following = more[-1]
    table: list[int] = []
    for number in numbers:
        if number < _LAST_CHAIN:
            table += _numbers(sector(number))
    return table


def _numbers(raw: bytes) -> list[int]:
    return [int.from_bytes(raw[place : place + 4], "little") for place in range(0, len(raw) - 3, 4)]


def _records(stream: bytes) -> OldWorkbook:
    found = OldWorkbook()
    place, kind = 0, 0
    while place + 4 <= len(stream):
        record = int.from_bytes(stream[place : place + 2], "little")
        length = int.from_bytes(stream[place + 2 : place + 4], "little")
        body = stream[place + 4 : place + 4 + length]
        place += 4 + length
        if record in (_BOF, _BOF_OLD):
            kind = int.from_bytes(body[2:4], "little")
            if kind == _WORKSHEET:
                found.errors.append(set())
        elif record == _FILE_PASSWORD:
            raise Unreadable("encrypted")
        elif record == _DATE_MODE and kind == _GLOBALS:
            found.since_1904 = body[:2] == b"\x01\x00"
        elif found.errors and (
            (record == _CELL_ERROR and len(body) >= 8 and body[7] == 1)
            or (record == _FORMULA and len(body) >= 14 and body[6] == 2 and body[12:14] == b"\xff\xff")
        ):
            row, column = int.from_bytes(body[0:2], "little"), int.from_bytes(body[2:4], "little")
            found.errors[-1].add((row + 1, column))
    return found
