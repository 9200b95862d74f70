"""The words of the agreement, the market's values and the law's thresholds: what lawyers edit, read by day."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from inventory.errors import BadInput
from inventory.handover.wording_models import AgreementWording

CLAUSES: Final = 22
LANGUAGES: Final = ("fr", "nl")
# What `agreement_pdf` fills in; other words in braces are a mistake.
PLACEHOLDERS: Final = (
    "association",
    "form",
    "enterprise",
    "seat",
    "requests",
    "decisions",
    "purposes",
    "count",
    "total",
    "end_users",
    "exchange_days",
    "report_months",
    "certificates",
    "phone",
)
GRADES: Final = "ABCD"
_HERE: Final = Path(__file__).resolve().parent / "texts"


@dataclass(frozen=True, slots=True)
class AgreementText:
    """One version of the words: its clauses by language as title and text, and what they promise."""

    version: str
    valid_from: dt.date
    clauses: dict[str, list[tuple[str, str]]]
    # Clause 6 by option and language.
    end_users: dict[str, dict[str, str]]
    exchange_days: int
    report_months: int
    # The file itself, kept with every agreement drawn up by it.
    source: bytes
    name: str

    @property
    def sha256(self) -> str:
        """The fingerprint of the file."""
        return hashlib.sha256(self.source).hexdigest()


@dataclass(frozen=True, slots=True)
class MarketTable:
    """Values in cents by kind and grade, with where they come from and the day of that source."""

    source: str
    dated: dt.date
    cents: dict[str, dict[str, int]]

    def value(self, category: str, grade: str) -> int:
        """What a device of this kind and grade is worth, in cents; without a grade, the least."""
        return self.cents.get(category, self.cents["other"])[grade or GRADES[-1]]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Sums per beneficiary and year, in cents, from which duties come with a gift."""

    source: str
    partial: int
    full: int
    authorised: int


def text_on(day: dt.date) -> AgreementText:
    """The words that hold on a day: the newest version that has begun. Refuses (BadInput) when none has."""
    begun = [text for text in texts() if text.valid_from <= day]
    if not begun:
        raise BadInput(_("No text of the agreement holds on that day."), field="template")
    return max(begun, key=lambda text: (text.valid_from, text.version))


def texts() -> list[AgreementText]:
    """Every version that holds or held or will, oldest first: files, and what was drafted here and put in force.

    A file in the city's folder stands before ours of the same name.
    """
    found = {path.name: path for folder in _folders() for path in sorted(folder.glob("agreement-*.toml"))}
    read = [_read_text(path, path.stat().st_mtime_ns) for path in found.values()]
    drafted = AgreementWording.objects.filter(adopted_at__isnull=False).order_by("id")
    read += [_read_source(one.source, f"agreement-{one.version}.toml") for one in drafted]
    return sorted(read, key=lambda text: (text.valid_from, text.version))


def market_on(day: dt.date) -> MarketTable:
    """The market's values that hold on a day. Refuses (BadInput) when there are none."""
    row = _newest(_rows("market.toml", "table"), day)
    kinds = {name: value for name, value in row.items() if isinstance(value, list)}
    cents = {kind: {grade: 100 * euro for grade, euro in zip(GRADES, row, strict=True)} for kind, row in kinds.items()}
    return MarketTable(row["source"], row["dated"], cents)


def thresholds_on(day: dt.date) -> Thresholds:
    """The law's thresholds that hold on a day. Refuses (BadInput) when there are none."""
    row = _newest(_rows("thresholds.toml", "thresholds"), day)
    return Thresholds(row["source"], row["partial"], row["full"], row["authorised"])


def read_text(source: bytes, name: str) -> AgreementText:
    """The words of a file. Raises ValueError when it is no agreement in both languages with its 22 clauses."""
    data = tomllib.loads(source.decode())
    clauses = {tongue: [(one[tongue][0], one[tongue][1]) for one in data["clause"]] for tongue in ("fr", "nl")}
    if any(len(rows) != CLAUSES for rows in clauses.values()):
        raise ValueError(f"{name}: an agreement has {CLAUSES} clauses")
    return AgreementText(
        data["version"],
        data["valid_from"],
        clauses,
        data["end_users"],
        data["exchange_days"],
        data["report_months"],
        source,
        name,
    )


def written(text: AgreementText) -> bytes:
    """The file of such words, as a lawyer would write it; `read_text` reads the same again."""
    lines = [
        f"version = {_quoted(text.version)}",
        f"valid_from = {text.valid_from.isoformat()}",
        f"exchange_days = {text.exchange_days}",
        f"report_months = {text.report_months}",
    ]
    for option, said in text.end_users.items():
        lines += ["", f"[end_users.{option}]", *(f"{tongue} = {_quoted(said[tongue])}" for tongue in LANGUAGES)]
    for number in range(CLAUSES):
        lines += ["", "[[clause]]"]
        for tongue in LANGUAGES:
            title, words = text.clauses[tongue][number]
            lines.append(f"{tongue} = [{_quoted(title)}, {_quoted(words)}]")
    return ("\n".join(lines) + "\n").encode()


def _quoted(words: str) -> str:
    # A JSON string is a basic string of TOML, but for the sign DEL.
    return json.dumps(words.replace("\x7f", ""), ensure_ascii=False)


def _folders() -> list[Path]:
    own = settings.RELAIS_AGREEMENT_TEXTS
    return [_HERE, *([Path(own)] if own else [])]


def _rows(name: str, key: str) -> list[dict[str, Any]]:
    path = [folder / name for folder in _folders() if (folder / name).exists()][-1]
    rows: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))[key]
    return rows


def _newest(rows: list[dict[str, Any]], day: dt.date) -> dict[str, Any]:
    begun = [row for row in rows if row["valid_from"] <= day]
    if not begun:
        raise BadInput(_("No table of values holds on that day."), field="dated")
    return max(begun, key=lambda row: row["valid_from"])


@cache
def _read_text(path: Path, _written: int) -> AgreementText:
    return read_text(path.read_bytes(), path.name)


@cache
def _read_source(source: str, name: str) -> AgreementText:
    return read_text(source.encode(), name)
