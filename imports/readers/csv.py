"""Text lists as offices save them: which encoding, which separator, which line ends."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from imports.readers.table import Limits, Row, Table, build_table
from inventory.errors import BadFile

DELIMITERS = (";", ",", "\t", "|")

# What a one-byte file in French, Dutch or German is likely to hold beyond ASCII.
_USUAL = frozenset("éèêëàâäáçîïíìôöóòûüúùœæñÉÈÊËÀÂÄÇÎÏÔÖÛÜÙŒßÿ’‘“”«»–—…€°²³µ")


def read_csv(data: bytes, limits: Limits) -> Table:
    """Read separated text into a table; the separator is guessed from the header line, outside quotes.

    Refuses (`BadFile`) binary data, a list in one column, and quotes that do not close.
    """
    text, encoding = decoded(data)
    text, delimiter = _announced(text)
    if delimiter is None:
        delimiter = guessed_delimiter(text)
    return build_table(_records(text, delimiter, limits), limits, kind="csv", encoding=encoding, delimiter=delimiter)


def decoded(data: bytes) -> tuple[str, str]:
    """The text and the encoding's name: by its mark (BOM), else UTF-8, else Windows or Macintosh."""
    if data.startswith(b"\xef\xbb\xbf"):
        return _strictly(data[3:], "utf-8"), "utf-8-sig"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strictly(data, "utf-16"), "utf-16"
    if b"\x00" in data:
        raise BadFile(
            _("The file is not a list of text: it holds binary data. Save the list as .xlsx or as CSV UTF-8.")
        )
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _one_byte(data)


def guessed_delimiter(text: str) -> str:
    """The separator that occurs most in the first line that is not blank, not counting what stands in quotes.

    Counting over the whole file would let commas in remarks win over the semicolons between columns.
    """
    counts = dict.fromkeys(DELIMITERS, 0)
    quoted = False
    started = False
    for letter in text:
        if letter == '"':
            quoted = not quoted
            started = True
        elif letter in "\r\n" and not quoted:
            if started:
                break
        elif not quoted:
            started = started or not letter.isspace()
            if letter in counts:
                counts[letter] += 1
    return max(DELIMITERS, key=lambda delimiter: counts[delimiter])


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise BadFile(
            _(
                "The file announces %(encoding)s but breaks it at byte %(position)s."
                " Save the list again as CSV UTF-8 or as .xlsx."
            ),
            encoding=encoding.upper(),
            position=error.start,
        ) from None


def _one_byte(data: bytes) -> tuple[str, str]:
    beyond_ascii = bytes(byte for byte in data if byte > 127)
    windows = beyond_ascii.decode("cp1252", errors="replace")
    macintosh = beyond_ascii.decode("mac_roman")
    usual_in_windows = sum(letter in _USUAL for letter in windows)
    usual_in_macintosh = sum(letter in _USUAL for letter in macintosh)
    # Old Macintosh programs also end lines with CR alone; Windows leaves five bytes without meaning.
    hints = (b"\n" not in data and b"\r" in data) + ("\ufffd" in windows)
    if "\ufffd" in windows or usual_in_macintosh + hints > usual_in_windows:
        return data.decode("mac_roman"), "mac_roman"
    return data.decode("cp1252"), "cp1252"


def _announced(text: str) -> tuple[str, str | None]:
    """Excel hides a first line `sep=;` and counts the lines below it."""
    first, _separator, rest = text.partition("\n")
    first = first.strip().strip('"')
    if first.lower().startswith("sep=") and len(first) == 5 and first[4] in DELIMITERS:
        return rest, first[4]
    return text, None


def _records(text: str, delimiter: str, limits: Limits) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=None), delimiter=delimiter, strict=True)
    line = 0
    while True:
        line += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise BadFile(
                _(
                    "Line %(line)s: a quotation mark does not close, or text follows one that does."
                    " Write a quotation mark inside a cell twice, or save the list as .xlsx."
                ),
                line=line,
            ) from None
        if len(cells) > 4 * limits.columns:
            raise BadFile(
                _("Line %(line)s has more than %(limit)s columns. Remove the columns that are not needed."),
                line=line,
                limit=limits.columns,
            )
        yield Row(line, tuple(cells))
