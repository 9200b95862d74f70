"""Sheets of labels beside a PDF written by hand: the same codes and lines, one embedded font, nothing else."""

from __future__ import annotations

import io
import zlib
from pathlib import Path

import reportlab

from inventory.devices.tags import grouped, new_tag, tag_url
from labels.designs import Label
from labels.render import matrix, sheet_pdf
from labels.stocks import STOCKS
from tests.benchmarks.measuring import Figure, Goal, side_by_side

STOCK = STOCKS["70x37"]
_POINTS = 72 / 25.4
# A label of more than this is an image, not a drawing.
MOST_BYTES = 1000


def thousand_labels() -> Figure:
    """1,000 labels on A4 sheets."""
    return _labels_on_sheets("sheet", 1_000, Goal(0.7, "at least"), times=5)


def ten_thousand_labels() -> Figure:
    """10,000 labels on A4 sheets."""
    return _labels_on_sheets("sheets", 10_000, Goal(0.5, "at least"), times=3)


def _labels_on_sheets(name: str, count: int, goal: Goal, *, times: int) -> Figure:
    labels = [_label() for _number in range(count)]
    made: list[int] = []
    written: list[int] = []

    def ours() -> None:
        made.append(len(sheet_pdf(iter(labels), STOCK)))

    def hand() -> None:
        written.append(len(by_hand(labels)))

    seconds = side_by_side(ours, hand, times=times)
    assert made[0] < MOST_BYTES * count
    what = f"{count:,} labels as PDF, {made[0] // count} bytes each; a PDF by hand, {written[0] // count} bytes"
    return Figure(name, what, *seconds, goal)


def _label() -> Label:
    tag = new_tag()
    lines = ("Ville de Bruxelles · réemploi", "Stad Brussel · hergebruik", "02 000 00 00")
    return Label(tag, tag_url(tag, "relais.brussels.example"), "Laptop", *lines)


def by_hand(labels: list[Label]) -> bytes:
    """The least that does the job: the same places on every page, one font, five strings and one mask a label."""
    font = (Path(reportlab.__file__).parent / "fonts" / "Vera.ttf").read_bytes()
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, io.SEEK_END)
    places: list[int] = []

    def thing(words: bytes) -> int:
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (len(places), words))
        return len(places)

    def stream(content: bytes, more: bytes = b"") -> int:
        packed = zlib.compress(content)
        return thing(b"<</Filter/FlateDecode/Length %d%s>>stream\n%s\nendstream" % (len(packed), more, packed))

    file = stream(font, b"/Length1 %d" % len(font))
    face = thing(b"<</Type/FontDescriptor/FontName/Vera/Flags 32/FontFile2 %d 0 R>>" % file)
    widths = b"[" + b"600 " * 224 + b"]"
    used = thing(
        b"<</Type/Font/Subtype/TrueType/BaseFont/Vera/Encoding/WinAnsiEncoding/FirstChar 32/LastChar 255"
        b"/Widths %s/FontDescriptor %d 0 R>>" % (widths, face)
    )
    pages = []
    for start in range(0, len(labels), STOCK.count):
        content = b"".join(_by_hand(number, one) for number, one in enumerate(labels[start : start + STOCK.count]))
        pages.append((stream(content), used))
    root = len(places) + len(pages) + 1
    kids = [
        thing(
            b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources<</Font<</F %d 0 R>>>>>>"
            % (root, content, used)
        )
        for content, used in pages
    ]
    tree = thing(b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(b"%d 0 R" % kid for kid in kids)))
    catalogue = thing(b"<</Type/Catalog/Pages %d 0 R>>" % tree)
    table = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(places) + 1, catalogue, table))
    return out.getvalue()


def _by_hand(number: int, label: Label) -> bytes:
    row, column = divmod(number, STOCK.columns)
    x, y = column * 70 * _POINTS, 842 - (row + 1) * 37.1 * _POINTS
    code = matrix(label.url)
    spare = (code.size + 7) // 8 * 8 - code.size
    bits = b"".join((one << spare).to_bytes((code.size + spare) // 8, "big") for one in code.rows)
    said = b"".join(
        b"BT /F %d Tf %.2f %.2f Td (%s) Tj ET\n" % (size, x + 80, y + up, text.encode("cp1252"))
        for size, up, text in (
            (12, 70, grouped(label.tag)),
            (8, 56, label.kind),
            (7, 46, label.fr),
            (7, 36, label.nl),
            (8, 24, label.phone),
        )
    )
    return b"q 60 0 0 60 %.2f %.2f cm BI /W %d /H %d /IM true /BPC 1 /D[1 0] ID %s EI Q\n%s" % (
        x + 12,
        y + 20,
        code.size,
        code.size,
        bits,
        said,
    )
