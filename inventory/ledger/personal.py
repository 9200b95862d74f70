"""Finds in free text what names a person: national numbers, e-mail addresses, telephone numbers, bank accounts.

Numbers with a check digit count only when it fits, so that a serial number is not taken for one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NAMES: Final[dict[str, Promise]] = {
    "national_number": _("a national number"),
    "email": _("an e-mail address"),
    "telephone": _("a telephone number"),
    "iban": _("a bank account number"),
}
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_NATIONAL = re.compile(r"(?<!\d)\d{2}[. -]?\d{2}[. -]?\d{2}[. -]?\d{3}[. -]?\d{2}(?!\d)")
_IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{2,4}){3,8}(?![A-Z0-9])", re.IGNORECASE)
# With its prefix: international, or of Belgium (02 123 45 67, 0470/12.34.56).
_TELEPHONE = re.compile(
    r"(?<![\w+])(?:(?:\+|00)\d{1,3}[ ./-]?(?:\(0\))?(?:[ ./-]?\d){8,10}"
    r"|0\d{1,3}[ ./-](?:\d{2,3}[ ./-]){1,3}\d{2,3}|04\d{8})(?!\w)"
)


def personal_in(text: str) -> list[str]:
    """The codes of `NAMES` of what the text holds, in their order."""
    found = set(_found(text))
    return [name for name in NAMES if name in found]


def _found(text: str) -> Iterator[str]:
    if _EMAIL.search(text):
        yield "email"
    rest = text
    for match in _IBAN.finditer(text):
        if _is_iban(re.sub(r"\s", "", match[0]).upper()):
            yield "iban"
            rest = rest.replace(match[0], " ")
    for match in _NATIONAL.finditer(rest):
        if _is_national(re.sub(r"\D", "", match[0])):
            yield "national_number"
            rest = rest.replace(match[0], " ")
    if _TELEPHONE.search(rest):
        yield "telephone"


def _is_iban(text: str) -> bool:
    """ISO 13616: country and check digits moved to the end, letters as numbers from 10, remainder 1 of 97."""
    moved = text[4:] + text[:4]
    return 15 <= len(text) <= 34 and int("".join(str(int(sign, 36)) for sign in moved)) % 97 == 1


def _is_national(digits: str) -> bool:
    """Belgium's: a day of birth, a number, and 97 less the remainder (a 2 before it for who was born from 2000 on)."""
    number, check = int(digits[:9]), int(digits[9:])
    # Months of a number for foreigners are raised by 20 or 40.
    if int(digits[2:4]) % 20 > 12 or int(digits[4:6]) > 31:
        return False
    return check in {97 - number % 97, 97 - (2_000_000_000 + number) % 97}
