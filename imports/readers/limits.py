"""How much of a file is read, and how the child that reads it says no."""

from __future__ import annotations

from typing import Any, NamedTuple


class Limits(NamedTuple):
    """How much of a file is read; sizes in bytes, times in seconds. Set by RELAIS_LIST_BYTES and so on.

    `ratio`: how many times larger than its packed size an archive may become. `line_bytes`: the longest line of text.
    `cpu_seconds` is the child's; `wall_seconds` what the parent waits for it, its own work not counted.
    """

    bytes: int = 100_000_000
    unpacked_bytes: int = 1_000_000_000
    ratio: int = 100
    entries: int = 2_000
    sheets: int = 50
    rows: int = 1_000_000
    columns: int = 256
    cell_length: int = 32_767
    line_bytes: int = 4_000_000
    memory_bytes: int = 700_000_000
    cpu_seconds: int = 300
    wall_seconds: int = 600


LIMITS = Limits()
# What is read while somebody waits for the page.
AT_ONCE = Limits(bytes=10_000_000, unpacked_bytes=100_000_000, rows=50_000, cpu_seconds=60, wall_seconds=90)


# The first bytes of a workbook of Excel before 2007 (MS-CFB §2.2).
MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Unreadable(Exception):
    """The file may not or cannot be read; `reason` is a word that the parent turns into a sentence with the facts."""

    def __init__(self, reason: str, **facts: Any) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = facts


def column_letters(position: int) -> str:
    """The spreadsheet's name of a column: 0 is A, 25 is Z, 26 is AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def cell_place(reference: str) -> tuple[int, int]:
    """Line (1 is the first) and column position (0 is A) of a cell's name: "C12" is (12, 2)."""
    letters = reference.rstrip("0123456789")
    position = 0
    for letter in letters.upper():
        position = position * 26 + ord(letter) - ord("A") + 1
    return int(reference[len(letters) :]), position - 1
