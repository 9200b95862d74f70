"""Separated text as offices save it: which encoding, which separator, which line ends. Runs in the child."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import BinaryIO

from imports.readers.limits import Limits, Unreadable
from imports.readers.sifting import Piece, RawRow, plain_rows, some_rows

DELIMITERS = (";", ",", "\t", "|")
_PIECE = 1 << 20
_LOOK_FOR_DELIMITER = 30
# Letters that are looked at together.
_BLOCK = 1 << 16

# What a one-byte file in French, Dutch or German is likely to hold beyond ASCII.
_USUAL = frozenset("éèêëàâäáçîïíìôöóòûüúùœæñÉÈÊËÀÂÄÇÎÏÔÖÛÜÙŒßÿ’‘“”«»–—…€°²³µ")
_ASCII = bytes(range(128))


class Text:
    """A separated text that is read from its beginning: `rows` one by one, or the rest of it in larger `pieces`."""

    def __init__(self, text: io.TextIOWrapper, by: str, limits: Limits) -> None:
        self._text, self.by, self._limits = text, by, limits
        self._line = 0
        self.rows = self._records(text)

    def pieces(self, width: int) -> Iterator[Piece]:
        """What was not read yet: clean lines without quotes as they stand, other rows taken apart."""
        while block := self._text.read(_BLOCK):
            block += self._text.readline()
            if '"' in block:
                # Where quotes begin, cells may go over lines, and only their reader knows where they end.
                yield from some_rows(self._records(chain(io.StringIO(block, newline="\n"), self._text)))
                return
            lines = block.removesuffix("\n").split("\n")
            plain = plain_rows(self._line + 1, lines, self.by, width, self._limits)
            if plain:
                self._line += len(lines)
                yield plain
            else:
                yield from some_rows(self._records(lines))

    def _records(self, lines: Iterable[str]) -> Iterator[RawRow]:
        # A quote that does not close swallows the rest; a cell only little too long is told with its column.
        csv.field_size_limit(4 * self._limits.cell_length)
        reader = csv.reader(lines, delimiter=self.by, strict=True)
        most = 4 * self._limits.columns
        before = self._line
        try:
            for self._line, cells in enumerate(reader, start=before + 1):
                if len(cells) > most:
                    raise Unreadable("columns_on_line", line=self._line, limit=self._limits.columns)
                yield RawRow(self._line, cells)
        except csv.Error as error:
            reason = "quote_or_length" if "field limit" in str(error) else "quote"
            raise Unreadable(reason, line=self._line + 1, limit=self._limits.cell_length) from None


def text_rows(file: BinaryIO, limits: Limits) -> tuple[Text, str]:
    """The rows of a text, and its encoding.

    Refuses binary data, a broken encoding, a line longer than the limit, and quotes that do not close.
    """
    encoding = find_encoding(file, limits)
    file.seek(0)
    beginning = io.TextIOWrapper(file, encoding, newline=None)
    try:
        first_lines = [beginning.readline(limits.line_bytes) for _ in range(_LOOK_FOR_DELIMITER)]
    finally:
        beginning.detach()
    file.seek(0)
    text = io.TextIOWrapper(file, encoding, newline=None)
    announced = _announced(first_lines[0])
    if announced:
        text.readline()
    return Text(text, announced or _guessed(first_lines), limits), encoding


def find_encoding(file: BinaryIO, limits: Limits) -> str:
    """By its mark (BOM), else UTF-8, else Windows or Macintosh, as Python names it. Reads the whole file in pieces."""
    file.seek(0)
    beginning = file.read(4096)
    if beginning.startswith(codecs.BOM_UTF8):
        return _strictly(file, "utf-8-sig", limits)
    if beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _strictly(file, "utf-16", limits)
    if b"\x00" in beginning:
        return _strictly(file, _without_mark(beginning), limits)
    try:
        return _strictly(file, "utf-8", limits)
    except Unreadable as broken:
        if broken.reason != "encoding":
            raise
        return _one_byte(file, broken)


def guessed_delimiter(text: str) -> str:
    """The separator that occurs most in the first line that has one, not counting what stands in quotes.

    Counting over the whole file would let commas in remarks win over the semicolons between columns.
    """
    return _guessed(text.splitlines(keepends=True))


def _guessed(lines: list[str]) -> str:
    counts = dict.fromkeys(DELIMITERS, 0)
    quoted = False
    for line in lines:
        for letter in line:
            if letter == '"':
                quoted = not quoted
            elif not quoted and letter in counts:
                counts[letter] += 1
        # A title above the list has no separator, and a heading may go over two lines.
        if not quoted and any(counts.values()) and line.strip("".join((*DELIMITERS, " \r\n"))):
            break
        if not quoted and not line.strip("".join((*DELIMITERS, " \r\n"))):
            counts = dict.fromkeys(DELIMITERS, 0)
    return max(DELIMITERS, key=lambda delimiter: counts[delimiter])


def _without_mark(beginning: bytes) -> str:
    """UTF-16 without its mark: every second byte of a European text is nought."""
    even, odd = beginning[0::2].count(0), beginning[1::2].count(0)
    half = len(beginning) // 2
    if half >= 2 and odd > 0.7 * half and even < 0.1 * half:
        return "utf-16-le"
    if half >= 2 and even > 0.7 * half and odd < 0.1 * half:
        return "utf-16-be"
    raise Unreadable("binary")


def _strictly(file: BinaryIO, encoding: str, limits: Limits) -> str:
    """Decode all of it once, to know before the first row is told that no later one breaks."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    done = 0
    ends = (b"\n\x00", b"\r\x00") if encoding == "utf-16-le" else (b"\n", b"\r")
    since_end = 0
    while piece := file.read(_PIECE):
        try:
            decoder.decode(piece)
        except UnicodeDecodeError as error:
            raise _broken(file, done, piece, error, encoding) from None
        if encoding == "utf-8" and b"\x00" in piece:
            raise Unreadable("binary")
        last = max(piece.rfind(end) for end in ends)
        since_end = since_end + len(piece) if last < 0 else len(piece) - last
        if since_end > limits.line_bytes:
            raise Unreadable("line_length", limit=limits.line_bytes)
        done += len(piece)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise Unreadable("encoding", encoding=encoding.upper(), position=done - len(error.object)) from None
    return encoding


def _broken(file: BinaryIO, done: int, piece: bytes, error: UnicodeDecodeError, encoding: str) -> Unreadable:
    # The decoder may have kept the beginning of a sign from the piece before.
    position = done + error.start - (len(error.object) - len(piece))
    if encoding.startswith("utf-8"):
        bad = error.object[error.start : error.start + 3]
        if len(bad) == 3 and bad[0] == 0xED and bad[1] >= 0xA0:
            file.seek(0)
            line = file.read(position).count(b"\n") + 1
            return Unreadable("surrogate", line=line)
    return Unreadable("encoding", encoding=encoding.upper().removesuffix("-SIG"), position=position)


def _one_byte(file: BinaryIO, broken: Unreadable) -> str:
    beyond_ascii = bytearray()
    returns = newlines = 0
    file.seek(0)
    while piece := file.read(_PIECE):
        if b"\x00" in piece:
            raise Unreadable("binary")
        returns += piece.count(b"\r")
        newlines += piece.count(b"\n")
        if len(beyond_ascii) < _PIECE:
            beyond_ascii += piece.translate(None, _ASCII)
    if not returns and not newlines and broken.facts["position"] < 8:
        # Noise from its first bytes on, and in one line: no text in any encoding.
        raise Unreadable("binary")
    windows = bytes(beyond_ascii).decode("cp1252", errors="replace")
    macintosh = bytes(beyond_ascii).decode("mac_roman")
    usual_in_windows = sum(letter in _USUAL for letter in windows)
    usual_in_macintosh = sum(letter in _USUAL for letter in macintosh)
    # Old Macintosh programs also end lines with CR alone; Windows leaves five bytes without meaning.
    hints = (not newlines and returns > 0) + ("\ufffd" in windows)
    return "mac_roman" if "\ufffd" in windows or usual_in_macintosh + hints > usual_in_windows else "cp1252"


def _announced(first: str) -> str:
    """Excel hides a first line `sep=;` and counts the lines below it."""
    first = first.strip("\r\n ").strip('"')
    return first[4] if first.lower().startswith("sep=") and len(first) == 5 and first[4] in DELIMITERS else ""
