"""What the child says no to, in sentences that name the place and the mend."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.errors import BadFile

_DAMAGED = _(
    "The workbook is damaged and cannot be read. Open it in Excel, save it again as .xlsx and upload that file."
)
_NOT_ITS_NAME = _("The file is not what its name says: it is not a workbook. Save the list again as .xlsx.")
_MACROS = _("Workbooks with macros are not read. Save it as an Excel workbook without macros (.xlsx).")
_BINARY_WORKBOOK = _("Binary workbooks (.xlsb) are not read. Save it as an Excel workbook (.xlsx).")
_PICTURE = _("This is a picture. Ask for the list as an Excel workbook (.xlsx) or as CSV.")
_PACKED = _("This is a compressed file. Unpack it and upload the list itself.")
_WEB_PAGE = _("This is a web page. Export the list as an Excel workbook (.xlsx) or as CSV.")
_TEXT_DOCUMENT = _("This is a text document. Copy the table into a spreadsheet and save it as .xlsx.")
# The child ended without a word: it was killed at one of its limits, or a library gave up.
NO_END = _(
    "Reading the file took more memory or time than a list needs, or the file is damaged."
    " Copy the cells into a new workbook, save it as .xlsx and upload that file."
)

SENTENCES: dict[str, str | Promise] = {
    "bytes": _("The file is larger than %(limit)s megabytes. Split the list into several files."),
    "corrupt": _DAMAGED,
    "too_big": _(
        "The workbook unpacks to more than a list of devices needs."
        " Copy the cells into a new workbook and save it as .xlsx."
    ),
    "too_big_ods": _("The OpenDocument sheet is too long. Save it as an Excel workbook (.xlsx) or as CSV UTF-8."),
    "macros": _MACROS,
    "binary_workbook": _BINARY_WORKBOOK,
    "not_a_workbook": _("The file is not an Excel workbook. Save the list as .xlsx or as CSV UTF-8."),
    "encrypted": _("The workbook is protected by a password. Save it without a password."),
    "entities": _("The workbook holds markup that no spreadsheet writes. Save it again in Excel as .xlsx."),
    "columns": _("The list has more than %(limit)s columns. Remove the columns that are not needed."),
    "columns_on_line": _("Line %(line)s has more than %(limit)s columns. Remove the columns that are not needed."),
    "rows": _("The list has more than %(limit)s rows. Split it into several files."),
    "sheets": _("The workbook has more than %(limit)s sheets. Keep the sheet with the list only."),
    "empty": _("The file is empty. Save the list again and upload it once more."),
    "empty_workbook": _(
        "The workbook holds no visible sheet with something in it. Check that you chose the right file."
    ),
    "no_rows": _("The list has a header line but no rows below it. Check that you chose the right file."),
    "merged_headings": _(
        "Line %(line)s: cells %(first)s to %(last)s are merged among the headings."
        " Unmerge them and give each column one heading."
    ),
    "merged_cells": _(
        "Line %(line)s: cells %(first)s to %(last)s are merged, so that only the first row has the value."
        " Unmerge them and fill in every row."
    ),
    "merged_many": _("The sheet has thousands of merged cells. Unmerge them and fill in every row."),
    "errors_many": _(
        "More than %(limit)s formulas of the sheet give an error or no value. Replace the formulas by their values."
    ),
    "cell_length": _("Line %(line)s, column %(column)s holds more than %(limit)s characters. Shorten that cell."),
    "invisible": _(
        "Line %(line)s, column %(column)s holds an invisible character (%(name)s)."
        " Type that cell again, or save the list as .xlsx."
    ),
    "doubled": _(
        "Line %(line)s: columns %(first)s and %(second)s have the same heading “%(heading)s”."
        " Rename or remove one of them."
    ),
    "no_heading": _(
        "Line %(line)s has a value in column %(column)s, which has no heading."
        " Give the column a heading, or look for a separator inside another cell of that line."
    ),
    "binary": _("The file is not a list of text: it holds binary data. Save the list as .xlsx or as CSV UTF-8."),
    "encoding": _(
        "The file announces %(encoding)s but breaks it at byte %(position)s."
        " Save the list again as CSV UTF-8 or as .xlsx."
    ),
    "surrogate": _("Line %(line)s holds half a character. Type that line again, or save the list as .xlsx."),
    "line_length": _(
        "A line of the file is longer than %(limit)s bytes. Check that you chose the right file, or save it as .xlsx."
    ),
    "quote": _(
        "Line %(line)s: a quotation mark does not close, or text follows one that does."
        " Write a quotation mark inside a cell twice, or save the list as .xlsx."
    ),
    "quote_or_length": _(
        "Line %(line)s: a quotation mark does not close, or a cell holds more than %(limit)s characters."
        " Write a quotation mark inside a cell twice, or save the list as .xlsx."
    ),
    "json_broken": _("Line %(line)s is not JSON that can be read. Write one object a line, in UTF-8."),
    "json_no_object": _("Line %(line)s is not a JSON object. Write one object a line, in UTF-8."),
    "json_key_twice": _("Line %(line)s has the key “%(key)s” twice. Remove one of them."),
    "json_nested": _("Line %(line)s: “%(key)s” holds a list or an object. Write text or a number."),
    "wall_time": _("Reading the file took more than %(seconds)s seconds. Split the list into several files."),
}

# What people drop on the page besides lists, by the first bytes of the file.
_FOREIGN: dict[bytes, Promise] = {
    b"%PDF": _("This is a PDF. Ask for the list as an Excel workbook (.xlsx) or as CSV."),
    b"\x89PNG": _PICTURE,
    b"\xff\xd8\xff": _PICTURE,
    b"GIF8": _PICTURE,
    b"\x1f\x8b": _PACKED,
    b"\xfd7zXZ": _PACKED,
    b"BZh": _PACKED,
    b"7z\xbc\xaf": _PACKED,
    b"Rar!": _PACKED,
    b"\x28\xb5\x2f\xfd": _PACKED,
    b"{\\rt": _TEXT_DOCUMENT,
    b"<!DO": _WEB_PAGE,
    b"<!do": _WEB_PAGE,
    b"<htm": _WEB_PAGE,
    b"<HTM": _WEB_PAGE,
    b"<?xm": _("This is an XML file. Save the list as an Excel workbook (.xlsx) or as CSV."),
    b"\x7fELF": _("This is a program. Check that you chose the right file."),
    b"MZ\x90\x00": _("This is a program. Check that you chose the right file."),
    b"SQLi": _("This is a database. Export the list as an Excel workbook (.xlsx) or as CSV."),
}
_WORKBOOK_NAMES = (".xlsx", ".xlsm", ".xltm", ".xlam", ".xlsb", ".xls", ".ods")


def wrong_name(beginning: bytes, name: str) -> Promise | None:
    """Why a file cannot be a list, by its first bytes and its name; None where it may be one."""
    name = name.lower()
    for mark, sentence in _FOREIGN.items():
        if beginning.startswith(mark):
            return sentence
    if beginning.startswith((b"PK", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
        if name.endswith((".xlsm", ".xltm", ".xlam")):
            return _MACROS
        return _BINARY_WORKBOOK if name.endswith(".xlsb") else None
    return _NOT_ITS_NAME if name.endswith(_WORKBOOK_NAMES) and beginning else None


def refusal(reason: str, facts: dict[str, Any]) -> BadFile:
    """The refusal for a word of the child."""
    return BadFile(SENTENCES.get(reason, NO_END), **facts)
