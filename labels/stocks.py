"""Label paper as data, so that a new kind of paper is one entry and no code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

A4: Final = (210.0, 297.0)


@dataclass(frozen=True, slots=True)
class LabelStock:
    """One kind of label paper; every length in millimetres, margins from the page's upper left corner."""

    name: str  # the maker's word, the same in every language
    label: tuple[float, float]
    columns: int = 1
    rows: int = 1
    gap: tuple[float, float] = (0.0, 0.0)
    margin: tuple[float, float] = (0.0, 0.0)
    page: tuple[float, float] = A4
    edge: tuple[float, float] = (4.3, 4.3)  # what the printer cannot reach, from the left and right, top and bottom
    roll: bool = False  # one label is one page, for a label printer
    dpi: int = 300  # of the usual printer for a roll

    @property
    def count(self) -> int:
        """How many labels one page holds."""
        return self.columns * self.rows

    @property
    def is_sheet(self) -> bool:
        """Whether this is a sheet for an office printer, not a roll for a label printer."""
        return not self.roll


def _roll(name: str, width: float, height: float, edge: tuple[float, float], dpi: int = 300) -> LabelStock:
    return LabelStock(name, (width, height), page=(width, height), edge=edge, roll=True, dpi=dpi)


# Sizes are the makers' published ones. Margins are centred on the page: published templates often lie one to
# four millimetres off, and some run over the edge of the paper.
STOCKS: Final[dict[str, LabelStock]] = {
    "L7160": LabelStock("Avery L7160, J8160", (63.5, 38.1), 3, 7, (2.5, 0), (7.25, 15.15)),
    "L7161": LabelStock("Avery L7161, J8161", (63.5, 46.6), 3, 6, (2.5, 0), (7.25, 8.70)),
    "L7162": LabelStock("Avery L7162", (99.1, 33.9), 2, 8, (2.54, 0), (4.63, 12.90)),
    "L7163": LabelStock("Avery L7163", (99.1, 38.1), 2, 7, (2.54, 0), (4.63, 15.15)),
    "L7164": LabelStock("Avery L7164, J8164", (63.5, 72.0), 3, 4, (2.5, 0), (7.25, 4.50)),
    "L7165": LabelStock("Avery L7165, J8165", (99.1, 67.7), 2, 4, (2.58, 0), (4.61, 13.10)),
    "L7651": LabelStock("Avery L7651, J8651", (38.1, 21.2), 5, 13, (2.5, 0), (4.75, 10.70)),
    "L6009": LabelStock("Avery L6009, L4736 · HERMA 4346", (45.7, 21.2), 4, 12, (2.54, 0), (9.75, 21.30)),
    "L4731": LabelStock("Avery L4731 · HERMA 4333", (25.4, 10.0), 7, 27, (2.54, 0), (8.48, 13.50)),
    "L4732": LabelStock("Avery L4732 · HERMA 10003", (35.56, 16.93), 5, 16, (2.54, 0), (11.02, 13.06)),
    "H4201": LabelStock("HERMA 4201", (45.7, 16.9), 4, 16, (2.5, 0), (9.85, 13.30)),
    "L7654": LabelStock("Avery L7654, L4770, L6140, L6145", (45.7, 25.4), 4, 10, (2.54, 0), (9.79, 21.50)),
    "3657": LabelStock("Avery 3657", (48.5, 25.4), 4, 10, (0, 0), (8.00, 21.50)),
    "3490": LabelStock("Avery 3490", (70.0, 36.0), 3, 8, (0, 0), (0, 4.50)),
    "70x37": LabelStock("Bruna, Ednet 70 × 37", (70.0, 37.1), 3, 8, (0, 0), (0, 0.10)),
    "1271": LabelStock("Apli 1271", (70.0, 30.0), 3, 9, (0, 0), (0, 13.50)),
    "KF10640": LabelStock("Q-Connect KF10640", (70.0, 25.0), 3, 11, (0, 0), (0, 11.00)),
    "J8157": LabelStock("Avery J8157", (64.0, 24.3), 3, 11, (2.5, 0), (6.50, 14.85)),
    # Rolls, lying as they are read. The edges are what the maker's printable area leaves.
    "99010": _roll("Dymo 99010, 30252", 89, 28, (6.0, 1.0)),
    "99012": _roll("Dymo 99012", 89, 36, (6.0, 1.5)),
    "99014": _roll("Dymo 99014", 101, 54, (6.0, 1.5)),
    "11354": _roll("Dymo 11354, 30334", 57, 32, (3.0, 3.0)),
    "11352": _roll("Dymo 11352", 54, 25, (6.0, 1.0)),
    "11355": _roll("Dymo 11355", 51, 19, (3.0, 1.0)),
    "1933081": _roll("Dymo 1933081", 89, 25, (6.0, 1.0)),
    "DK-11201": _roll("Brother DK-11201", 90, 29, (3.05, 1.55)),
    "DK-11202": _roll("Brother DK-11202", 100, 62, (3.05, 1.55)),
    "DK-11204": _roll("Brother DK-11204", 54, 17, (3.05, 1.55)),
    "DK-11208": _roll("Brother DK-11208", 90, 38, (3.05, 1.55)),
    "DK-11209": _roll("Brother DK-11209", 62, 29, (1.55, 3.05)),
    "DK-52x29": _roll("Brother DK 52 × 29", 52, 29, (1.55, 3.05)),
    "DK-11221": _roll("Brother DK-11221", 23, 23, (2.95, 2.95)),
    # A round label holds what its inscribed square holds.
    "DK-11218": _roll("Brother DK-11218", 24, 24, (3.5, 3.5)),
    "DK-22205": _roll("Brother DK-22205", 62, 31.5, (1.55, 3.0)),
    # A tape's head does not reach the outer 3.2 mm on both sides.
    "TZe-12": _roll("Brother TZe 12 mm", 50, 12, (2.0, 3.2), 180),
    "TZe-18": _roll("Brother TZe 18 mm", 50, 18, (2.0, 3.2), 360),
    "TZe-24": _roll("Brother TZe 24 mm", 65, 24, (2.0, 3.2), 180),
    "18939": _roll("Zebra Z-Ultimate 18939", 76.2, 25.4, (1.5, 1.5), 203),
}

USUAL_STOCK: Final = "L7160"
