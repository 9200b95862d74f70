"""The municipalities of the Brussels-Capital Region by NIS code: a seat lies in one, a postcode only suggests which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality: its NIS code (Statbel), its two names, postcodes in use there, other names of its places."""

    nis: str
    fr: str
    nl: str
    postcodes: tuple[str, ...]
    places: tuple[str, ...] = ()

    def name(self, language: str) -> str:
        """Its name in `nl`, or else in French."""
        return self.nl if language == "nl" else self.fr


_CITY = (
    *("Ville de Bruxelles", "Stad Brussel", "Laeken", "Laken", "Haren"),
    *("Neder-Over-Heembeek", "Neder-over-Heembeek"),
)
# Avenue Louise (1050) and the European quarter (1040) are partly the City's own: a postcode decides nothing.
ROWS: Final = (
    Municipality("21001", "Anderlecht", "Anderlecht", ("1070",)),
    Municipality("21002", "Auderghem", "Oudergem", ("1160",)),
    Municipality("21003", "Berchem-Sainte-Agathe", "Sint-Agatha-Berchem", ("1082",)),
    Municipality("21004", "Bruxelles", "Brussel", ("1000", "1020", "1120", "1130", "1040", "1050"), _CITY),
    Municipality("21005", "Etterbeek", "Etterbeek", ("1040",)),
    Municipality("21006", "Evere", "Evere", ("1140",)),
    Municipality("21007", "Forest", "Vorst", ("1190",)),
    Municipality("21008", "Ganshoren", "Ganshoren", ("1083",)),
    Municipality("21009", "Ixelles", "Elsene", ("1050",)),
    Municipality("21010", "Jette", "Jette", ("1090",)),
    Municipality("21011", "Koekelberg", "Koekelberg", ("1081",)),
    Municipality("21012", "Molenbeek-Saint-Jean", "Sint-Jans-Molenbeek", ("1080",)),
    Municipality("21013", "Saint-Gilles", "Sint-Gillis", ("1060",)),
    Municipality("21014", "Saint-Josse-ten-Noode", "Sint-Joost-ten-Node", ("1210",)),
    Municipality("21015", "Schaerbeek", "Schaarbeek", ("1030",)),
    Municipality("21016", "Uccle", "Ukkel", ("1180",)),
    Municipality("21017", "Watermael-Boitsfort", "Watermaal-Bosvoorde", ("1170",)),
    Municipality("21018", "Woluwe-Saint-Lambert", "Sint-Lambrechts-Woluwe", ("1200",)),
    Municipality("21019", "Woluwe-Saint-Pierre", "Sint-Pieters-Woluwe", ("1150",)),
)
MUNICIPALITIES: Final[dict[str, Municipality]] = {row.nis: row for row in ROWS}


def named(text: str) -> Municipality | None:
    """The municipality that somebody names, in French or Dutch or by one of its places; None when none fits."""
    wanted = text.strip().casefold()
    for row in ROWS:
        if wanted and wanted in {name.casefold() for name in (row.fr, row.nl, *row.places)}:
            return row
    return None


def suggested(postcode: str) -> list[Municipality]:
    """Those in which a postcode is in use: something to ask about, never an answer (R-3.5)."""
    return [row for row in ROWS if postcode.strip() in row.postcodes]
