"""From headings to fields and from cells to values: what a column means, and what a cell may say."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from collections.abc import Mapping as Words
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from imports.vocabulary import CATEGORY_OF, HEADING_OF, PERSONAL_HEADINGS, REMARK_HEADINGS, plain

Sentence = str | Promise

EARLIEST = datetime.date(1990, 1, 1)
_EXCEL_EPOCH = datetime.date(1899, 12, 30)
_EXCEL_EPOCH_1904 = datetime.date(1904, 1, 1)
_BRUSSELS = ZoneInfo("Europe/Brussels")

_DESTROYED = re.compile(r"[+-]?\d(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)
# A letter first, no sign that formulas, errors and destroyed numbers have, longer than the words for nothing.
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]{6,99}")
_PLAIN_LENGTH = 100
_FORMULA_ERROR = re.compile(r"#(?:N/A|N/B|[A-Z/0-9]{2,12}[!?])|ERR:\d{3}")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})[/\-](\d{1,2})[/\-](\d{1,2})(?:[ T]\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?Z?)?", re.ASCII)
_CLOCK = re.compile(r"[ T](\d{1,2}):(\d{2})(?::(\d{2}))?", re.ASCII)
# Clocks of two machines differ; a moment this much ahead is still now.
_SLACK = datetime.timedelta(minutes=5)
# A single point before three digits is Excel's decimal point (1.234 kg), not a Belgian thousand.
_DECIMAL = re.compile(
    r"(\d{1,3}(?: \d{3})+|\d{1,3}(?:\.\d{3})+(?=,)|\d{1,3}(?:\.\d{3}){2,}|\d+)(?:,(\d+))?|(\d+)\.(\d+)", re.ASCII
)
# Looks like a Belgian national register number; `holds_national_number` knows.
NATIONAL_NUMBER = re.compile(r"(?<!\d)(\d{2})[. ]?(\d{2})[. ]?(\d{2})[- .]?(\d{3})[-. ]?(\d{2})(?!\d)", re.ASCII)
_ARMED = frozenset("=+-@")
_ERROR_SIGNS = frozenset("#Ee")
_NOTHING = frozenset(
    {"", "-", "--", "?", "/", "n/a", "na", "nvt", "n.v.t.", "néant", "neant", "geen", "none", "null", "nihil"}
)


class CellRefused(Exception):
    """A cell cannot be taken: what is wrong with it, and the mend. Turned into a problem of the row."""

    def __init__(self, message: Sentence, mend: Sentence, **facts: str | int) -> None:
        super().__init__(message)
        self.message = message
        self.mend = mend
        self.facts = facts

    def filled(self) -> tuple[str, str]:
        """Message and mend in the reader's language, with their facts."""
        message, mend = str(self.message), str(self.mend)
        return (message % self.facts, mend % self.facts) if self.facts else (message, mend)

    def __str__(self) -> str:
        return self.filled()[0]


@dataclass(frozen=True, slots=True)
class Heading:
    """A column by its place (0 is column A) and the heading as it was written."""

    position: int
    text: str


@dataclass(frozen=True, slots=True)
class Mapping:
    """Which column feeds which field, and why the other columns feed none."""

    fields: dict[str, int]
    personal: tuple[Heading, ...] = ()
    ignored: tuple[Heading, ...] = ()
    unrecognised: tuple[Heading, ...] = ()
    doubled: tuple[Heading, ...] = ()

    def heading(self, field: str, headers: tuple[str, ...]) -> str:
        """The heading as the list writes it, for a sentence about one of its cells."""
        position = self.fields.get(field)
        return headers[position] if position is not None else field


def matched(
    headers: tuple[str, ...],
    wanted: Iterable[str],
    *,
    own: Words[str, str] | None = None,
    ignored: Iterable[str] = (),
    trimmed: Callable[[str], str] = str,
) -> Mapping:
    """Match headings to the wanted fields by their words; a source's `own` words (plain -> field) go first.

    A field takes the column whose word stands first in `own`, else the first that fits; a further one is shown as
    doubled, never merged. `trimmed` takes off what a source writes around its headings.
    """
    fields: dict[str, int] = {}
    heaps: dict[str, list[Heading]] = {"personal": [], "ignored": [], "unrecognised": [], "doubled": []}
    known = set(wanted)
    skipped = {plain(word) for word in ignored}
    own = own or {}
    preferred = {word: rank for rank, word in enumerate(own)}
    ranks: dict[str, int] = {}
    for position, header in enumerate(headers):
        heading, word = Heading(position, header), plain(trimmed(header))
        field = own.get(word) or (HEADING_OF.get(word) if word not in skipped else None)
        if field in known and (word in own or word not in PERSONAL_HEADINGS):
            rank = preferred.get(word, len(preferred))
            if field not in fields or rank < ranks[field]:
                if field in fields:
                    heaps["doubled"].append(Heading(fields[field], headers[fields[field]]))
                fields[field], ranks[field] = position, rank
            else:
                heaps["doubled"].append(heading)
        elif word in skipped or not word:
            heaps["ignored"].append(heading)
        elif word in PERSONAL_HEADINGS:
            heaps["personal"].append(heading)
        elif word in REMARK_HEADINGS:
            heaps["ignored"].append(heading)
        else:
            heaps["unrecognised"].append(heading)
    heaps["doubled"].sort(key=lambda one: one.position)
    return Mapping(fields, **{name: tuple(heap) for name, heap in heaps.items()})


def chosen(found: Mapping, headers: tuple[str, ...], choice: Words[str, str]) -> Mapping:
    """A mapping with what a person chose before what the words tell: heading -> field, "" leaves the column out.

    A column that names people is never fed to a field, whoever chose it.
    """
    if not choice:
        return found
    personal = {heading.position for heading in found.personal}
    picked = {position for position, header in enumerate(headers) if header in choice and position not in personal}
    fields = {choice[headers[position]]: position for position in sorted(picked) if choice[headers[position]]}
    given_way = []
    for field, position in found.fields.items():
        if position in picked:
            continue
        if field in fields:
            given_way.append(Heading(position, headers[position]))
        else:
            fields[field] = position
    left_out = [Heading(position, headers[position]) for position in sorted(picked) if not choice[headers[position]]]
    return Mapping(
        fields,
        found.personal,
        (*_without(found.ignored, picked), *left_out),
        _without(found.unrecognised, picked),
        (*_without(found.doubled, picked), *given_way),
    )


def _without(heap: tuple[Heading, ...], picked: set[int]) -> tuple[Heading, ...]:
    return tuple(heading for heading in heap if heading.position not in picked)


def text(cell: str, length: int) -> str:
    """One line of text in Unicode's composed form; "-", "n/a", "néant" and "geen" mean nothing."""
    value = cell
    if not (cell.isascii() and cell.isprintable()) or "  " in cell or cell[:1] == " " or cell[-1:] == " ":
        value = " ".join(unicodedata.normalize("NFC", cell).split())
    if len(value) < 7 and value.casefold() in _NOTHING:
        return ""
    if value[:1] == "'" and value[1:2] in _ARMED:
        # Our own exports, and careful ones of others, keep spreadsheets from calculating such a cell.
        value = value[1:]
    if value[:1] in _ERROR_SIGNS and _FORMULA_ERROR.fullmatch(value.upper()):
        raise CellRefused(_("The formula in this cell gives an error."), _("Replace the formula by its value."))
    if len(value) > length:
        raise CellRefused(_("The text is longer than %(length)s characters."), _("Shorten it."), length=length)
    return value


def identifier(cell: str, length: int = 100, *, number: bool = False, date: bool = False, width: int = 0) -> str:
    """A serial or inventory number, as text. Spaces around hyphens and letter case stay as written.

    Refuses what Excel has destroyed (6.37702E+15): the lost digits cannot be guessed. `number`: the cell was
    typed as a number, in which Excel keeps 15 digits; `date`: Excel made a date of it ("MAR-05"); `width`: digits
    that the numbers of this column have.
    """
    # What nearly every one looks like: nothing below changes or refuses it.
    if length == _PLAIN_LENGTH and not number and not date and _PLAIN.fullmatch(cell):
        return cell
    value = text(cell, length)
    if date and value:
        raise CellRefused(
            _("Excel made a date of this number."),
            _("Format the column as text, type the number again and save."),
        )
    if width and value.isdecimal() and len(value) < width:
        raise CellRefused(
            _("The number has %(count)s digits, the others of this column have %(width)s: Excel dropped its zeros."),
            _("Format the column as text, type the number again with its zeros and save."),
            count=len(value),
            width=width,
        )
    if _DESTROYED.fullmatch(value):
        raise CellRefused(
            _("Excel destroyed this number: its last digits are lost."),
            _("Format the column as text, type the number again and save."),
        )
    if number and len(value.lstrip("-")) > 15:
        raise CellRefused(
            _("The number has more than 15 digits, of which Excel keeps 15."),
            _("Format the column as text, type the number again and save."),
        )
    return value


def digits_of(values: Iterable[str]) -> int:
    """How many digits the numbers of a column have, where a pattern tells: most have so many, some begin with 0.

    0 where nothing tells.
    """
    numbers = [value for value in values if value]
    lengths = Counter(len(value) for value in numbers if value.isdecimal() and value.isascii())
    if not lengths:
        return 0
    length, count = lengths.most_common(1)[0]
    zeros = sum(value[0] == "0" for value in numbers if len(value) == length and value.isdecimal())
    longer = any(other > length for other in lengths)
    return length if length > 3 and zeros >= 2 and not longer and 2 * count > len(numbers) else 0


def date(cell: str, *, today: datetime.date | None = None, since_1904: bool = False) -> datetime.date | None:
    """A day written dd/mm/yyyy (also with . or -), yyyy-mm-dd, or as Excel's day number; None when empty.

    `since_1904`: day numbers count from 1 January 1904, as on old Macintoshes. Refuses two-digit years, days that do
    not exist, days before 1990 and days after tomorrow.
    """
    value = text(cell, 40)
    if not value:
        return None
    if found := _DAY_FIRST.fullmatch(value):
        day, month, year = (int(part) for part in found.groups())
    elif found := _YEAR_FIRST.fullmatch(value):
        year, month, day = (int(part) for part in found.groups())
    elif value.isdecimal() and value.isascii() and len(value) == 5:
        whole = (_EXCEL_EPOCH_1904 if since_1904 else _EXCEL_EPOCH) + datetime.timedelta(days=int(value))
        day, month, year = whole.day, whole.month, whole.year
    else:
        raise CellRefused(
            _("“%(value)s” is not a date."), _("Write it as day/month/year, such as 31/12/2026."), value=value
        )
    try:
        result = datetime.date(year, month, day)
    except ValueError:
        raise CellRefused(
            _("“%(value)s” is not a day of the calendar."),
            _("Write it as day/month/year, such as 31/12/2026."),
            value=value,
        ) from None
    today = today or datetime.datetime.now(_BRUSSELS).date()
    if not EARLIEST <= result <= today + datetime.timedelta(days=1):
        raise CellRefused(
            _("The date %(value)s lies in the future or before 1990."), _("Correct the year."), value=value
        )
    return result


def moment(cell: str, *, now: datetime.datetime | None = None, early: bool = False) -> datetime.datetime | None:
    """A date and time written as `date` reads days, hours and minutes after it; Brussels time unless a zone is said.

    A day alone means the end of that day (`early`: its beginning), or now where that is to come. None when empty.
    Refuses as `date` does, and a moment to come.
    """
    value = text(cell, 40)
    if not value:
        return None
    now = now or datetime.datetime.now(_BRUSSELS)
    try:
        found = datetime.datetime.fromisoformat(value) if len(value) > 10 else None
    except ValueError:
        found = None
    if found is None:
        day = date(value, today=now.astimezone(_BRUSSELS).date())
        clock = _CLOCK.search(value)
        hours = datetime.time() if early else datetime.time(23, 59, 59)
        if clock and len(value) > 10:
            try:
                hour, minute, second = (int(part or 0) for part in clock.groups())
                hours = datetime.time(hour, minute, second)
            except ValueError:
                raise CellRefused(
                    _("“%(value)s” is not a time of the day."), _("Write it such as 31/12/2026 14:30."), value=value
                ) from None
        found = datetime.datetime.combine(day or now.date(), hours)
        if len(value) <= 10 and not early and day == now.astimezone(_BRUSSELS).date():
            return now.replace(microsecond=0)
    found = found if found.tzinfo else found.replace(tzinfo=_BRUSSELS)
    if not datetime.datetime.combine(EARLIEST, datetime.time(), _BRUSSELS) <= found <= now + _SLACK:
        raise CellRefused(
            _("The moment %(value)s lies in the future or before 1990."),
            _("Correct the date or the time."),
            value=value,
        )
    return found.replace(microsecond=0)


def decimal(cell: str, *, unit: str = "", places: int = 3) -> Decimal | None:
    """A positive decimal with comma or point, thousands set apart or not, its unit allowed; None if empty."""
    value = text(cell, 40)
    if not value:
        return None
    bare = value.casefold().removesuffix(unit.casefold()).strip() if unit else value
    found = _DECIMAL.fullmatch(bare)
    if not found:
        raise CellRefused(_("“%(value)s” is not a number."), _("Write a number such as 12,5."), value=value)
    whole, after_comma, before_point, after_point = found.groups()
    digits = re.sub(r"\D", "", whole or before_point)
    fraction = after_comma or after_point or ""
    if len(digits) > 9:
        raise CellRefused(_("“%(value)s” is too large a number."), _("Correct the number."), value=value)
    return round(Decimal(f"{digits}.{fraction or '0'}"), places)


def whole(cell: str, *, largest: int = 1_000_000) -> int | None:
    """A whole number from 0; "4,0" is 4; None when empty."""
    value = decimal(cell, places=6)
    if value is None:
        return None
    if value != int(value) or value > largest:
        raise CellRefused(
            _("“%(value)s” is not a whole number up to %(largest)s."), _("Correct the number."),
            value=cell.strip()[:40], largest=largest,
        )  # fmt: skip
    return int(value)


def category(cell: str) -> str | None:
    """The canonical category for a word in French, Dutch or English; None for a word we do not know."""
    value = text(cell, 150)
    if not value:
        return None
    word = plain(value)
    return CATEGORY_OF.get(word) or CATEGORY_OF.get(word.removesuffix("s"))


def holds_national_number(cell: str) -> bool:
    """Whether a Belgian national register number stands in the cell (11 digits: birth date, serial, mod 97).

    The check is 97 - (first nine digits mod 97), with a 2 in front for those born from 2000 on (law of
    8 August 1983, royal decree of 3 April 1984). Months 21-32 and 41-52 are the bis numbers.
    """
    for found in NATIONAL_NUMBER.finditer(cell):
        year, month, day, order, check = found.groups()
        if int(month) % 20 > 12 or int(month) > 52 or int(day) > 31 or order in ("000", "999"):
            continue
        number = int(year + month + day + order)
        if int(check) in (97 - number % 97, 97 - (2_000_000_000 + number) % 97):
            return True
    return False
