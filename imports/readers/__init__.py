"""Bytes in, numbered rows out: the one door to every file format a list may come in."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from imports.readers.csv import read_csv
from imports.readers.table import LIMITS, Limits, Row, Table, column_letters
from imports.readers.xlsx import read_xlsx
from inventory.errors import BadFile

__all__ = ["LIMITS", "Limits", "Row", "Table", "column_letters", "read_table"]

# What people drop on the page besides lists, by the first bytes of the file.
_FOREIGN = {
    b"%PDF": _("This is a PDF. Ask for the list as an Excel workbook (.xlsx) or as CSV."),
    b"\x89PNG": _("This is a picture. Ask for the list as an Excel workbook (.xlsx) or as CSV."),
    b"\xff\xd8\xff": _("This is a picture. Ask for the list as an Excel workbook (.xlsx) or as CSV."),
    b"\x1f\x8b": _("This is a compressed file. Unpack it and upload the list itself."),
    b"{\\rt": _("This is a text document. Copy the table into a spreadsheet and save it as .xlsx."),
    b"<!DO": _("This is a web page. Export the list as an Excel workbook (.xlsx) or as CSV."),
    b"<htm": _("This is a web page. Export the list as an Excel workbook (.xlsx) or as CSV."),
}
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_table(data: bytes, name: str, limits: Limits = LIMITS) -> Table:
    """Read a list from the bytes of a file; its content decides the format, its name only helps to explain.

    Refuses (`BadFile`) with a sentence that says what is wrong, where, and how to save the file again.
    """
    if len(data) > limits.bytes:
        raise BadFile(
            _("The file is larger than %(limit)s megabytes. Split the list into several files."),
            limit=limits.bytes // 1_000_000,
        )
    if data.startswith(_OLD_OFFICE):
        # An encrypted .xlsx is wrapped in the same container as the old .xls.
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise BadFile(_("The workbook is protected by a password. Save it without a password."))
        raise BadFile(_("Old Excel files (.xls) are not read. Save it as an Excel workbook (.xlsx)."))
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        if name.lower().endswith((".xlsm", ".xltm", ".xlam")):
            raise BadFile(_("Workbooks with macros are not read. Save it as an Excel workbook without macros (.xlsx)."))
        return read_xlsx(data, limits)
    for beginning, sentence in _FOREIGN.items():
        if data.startswith(beginning):
            raise BadFile(sentence)
    if name.lower().endswith((".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")):
        raise BadFile(_("The file is not what its name says: it is not a workbook. Save the list again as .xlsx."))
    return read_csv(data, limits)
