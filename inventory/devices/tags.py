"""The tag is the device's name everywhere: how one is made, printed, put into a link and read back.

A tag is 8 random Crockford base-32 symbols and one check symbol of ISO 7064 MOD 37-2. It is kept as nine
characters ("7K3QX9M21") and printed in groups ("7K3Q-X9M2-1").
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext_lazy as _

from inventory.errors import BadInput

# Crockford's base 32: no I, L, O (read as 1, 1, 0) and no U.
ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SYMBOL_OF_BYTE: Final = (ALPHABET * 8).encode()
BODY_LENGTH: Final = 8
TAG_LENGTH: Final = BODY_LENGTH + 1

# ISO 7064 gives each symbol its place in this row, whatever alphabet the body is drawn from.
_ISO_7064: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*"
_VALUE: Final = {symbol: value for value, symbol in enumerate(_ISO_7064)}

# Words nobody should find glued to a donated computer (French, Dutch, English); 0 and 1 stand for O, I and L.
_RUDE: Final = re.compile(
    "KKK|NAZ1|1488|SE[XK]S?|P0RN|CACA|KAK|P1P1|PEDE|NEGRE|NEGER|NEGR0|B1TE|C0N|C0CK|D1CK|FART|RAPE|ANA1|ASS"
    "|TET|BATARD|ET0N|SA10P|KANKER|TERR0R|B0MB|M0RT|D00D|DEAD"
)

_LOOKALIKE: Final = str.maketrans("OIL", "011")
_ASCII_UPPER: Final = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")

# What the number row of a Belgian AZERTY keyboard gives without Shift; typographic quotes are what a
# word processor makes of the straight ones, capitals what Caps Lock makes of them on Linux.
_NUMBER_ROW: Final = {
    **dict(zip("&é\"'(§è!çà", "1234567890", strict=True)),
    **dict(zip("ÉÈÇÀ", "2790", strict=True)),
    **dict(zip("“”‘’", "3344", strict=True)),
}
# A scanner that believes in a US keyboard presses keys; a Belgian PC reads these characters from them.
_US_KEYS: Final = {
    **_NUMBER_ROW,
    **dict(zip("AaQqZzWw", "QqAaWwZz", strict=True)),
    **dict(zip(",?mM", "mM;:", strict=True)),
    **dict(zip(":;=+)°", ".,//-_", strict=True)),
}
_FROM_US_SCANNER: Final = str.maketrans(_US_KEYS)
_FROM_NO_SHIFT: Final = str.maketrans(_NUMBER_ROW)
_SWAPPED_LETTERS: Final = str.maketrans("AQWZ", "QAZW")
# No label bears these: two of them prove a keyboard that answered wrongly, one may be a slip of the finger.
_WRONG_LAYOUT: Final = frozenset(_NUMBER_ROW) | frozenset(",?)=+")
_SLIPS: Final = 1

_PREFIX: Final = re.compile(r"(?:\$|\][A-Za-z][0-9A-Za-z])(?=.)")
_LINK: Final = re.compile(
    r"(?:(?:https?:)?//)?(?:(?:[\w.-]+|\[[0-9a-f:.]+\])(?::\d+)?)?(?:/[\w.-]+)*?"
    r"/(?:t|devices)/(?P<tag>[^/?#]+)/?(?:[?#].*)?",
    re.IGNORECASE,
)
_BETWEEN_TAGS: Final = re.compile(r"[\r\n\t;]+")
_INSIDE_LINE: Final = re.compile(r"[\s,]+")


def new_tag() -> str:
    """A fresh random tag of nine symbols; the caller sees that it was never used.

    Never issued: a body whose check symbol is not one of the 32, one that spells a rude word, and one that
    a wrong keyboard layout (A↔Q, W↔Z) would turn into another valid tag.
    """
    return new_tags(1).pop()


def new_tags(count: int) -> set[str]:
    """So many different tags as `new_tag` makes them; the caller sees that none was ever used."""
    tags: set[str] = set()
    while len(tags) < count:
        for body in _random_bodies(count - len(tags)):
            tag = body + check_symbol(body)
            if tag[-1] in ALPHABET and not _RUDE.search(tag) and not _has_a_twin(tag):
                tags.add(tag)
    return tags


def _random_bodies(count: int) -> Iterator[str]:
    # Five bits a symbol: the low ones of a byte each, one request to the system for all of them.
    symbols = secrets.token_bytes(BODY_LENGTH * count).translate(_SYMBOL_OF_BYTE).decode()
    return (symbols[start : start + BODY_LENGTH] for start in range(0, len(symbols), BODY_LENGTH))


def check_symbol(body: str) -> str:
    """The ISO 7064 MOD 37-2 check symbol of `body` (0-9, A-Z): one of 37, "*" included."""
    remainder = 0
    for symbol in body:
        remainder = (remainder + _VALUE[symbol]) * 2 % 37
    return _ISO_7064[(1 - remainder) % 37]


def grouped(tag: str) -> str:
    """The tag as people read it: 7K3QX9M21 → 7K3Q-X9M2-1."""
    return f"{tag[:4]}-{tag[4:8]}-{tag[8:]}"


def tag_url(tag: str, host: str) -> str:
    """The link in the QR code, in capitals so that QR's denser alphanumeric mode can hold it."""
    return f"HTTPS://{host}/T/{tag}".upper()


def read_tag(text: str) -> str:
    """The tag somebody typed, pasted or scanned, as nine symbols.

    Forgives case, spaces, hyphens, O for 0, I and L for 1, a link (`/T/<tag>` or `/devices/<tag>`), line
    ends, a scanner's prefix, and a US scanner or a forgotten Shift on a Belgian AZERTY keyboard.
    Refuses with `BadInput`, whose fact `why` is "empty", "form" (not a tag), "check" (wrong check symbol)
    or "layout" (two readings of a wrong keyboard layout are possible): it never guesses.
    """
    typed = _without_control(unicodedata.normalize("NFC", text)).strip()
    if not typed:
        raise BadInput(_("There is no tag here. Type or scan the tag of the device."), field="tag", why="empty")
    typed = _PREFIX.sub("", typed, count=1) if _PREFIX.match(typed) else typed
    readings = _readings(typed)
    right = {reading for reading in readings if check_symbol(reading[:BODY_LENGTH]) == reading[-1]}
    if len(right) == 1:
        return right.pop()
    given = typed if len(typed) <= 60 else f"{typed[:59]}…"
    if right:
        raise BadInput(
            _("“%(given)s” was typed with the wrong keyboard layout and could mean two tags. Type the tag by hand."),
            field="tag",
            why="layout",
            given=given,
        )
    if readings:
        raise BadInput(
            _(
                "The check symbol of “%(given)s” does not fit: look again at what you typed. "
                "Two symbols may be swapped, or one misread."
            ),
            field="tag",
            why="check",
            given=given,
        )
    raise BadInput(
        _("“%(given)s” is not a tag. A tag has nine letters and digits, such as 7K3Q-X9M2-1."),
        field="tag",
        why="form",
        given=given,
    )


def from_us_scanner(text: str) -> str:
    """What a scanner set to a US keyboard meant, where a Belgian AZERTY PC read this."""
    return text.translate(_FROM_US_SCANNER)


def read_tags(text: str) -> list[str]:
    """The tags of a pasted or scanned list, in order, each once; lines, tabs, `;`, commas, spaces part them.

    Refuses with `BadInput`, naming the line (from 1), as soon as one of them is no tag.
    """
    tags: dict[str, None] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        for piece in _BETWEEN_TAGS.split(line):
            if _without_control(piece).strip():
                tags.update(dict.fromkeys(_tags_of(piece, number)))
    return list(tags)


def _tags_of(piece: str, line: int) -> list[str]:
    # A tag may hold spaces, and a comma may be the M of a wrong layout: the whole piece is tried first.
    parts = [part for part in _INSIDE_LINE.split(piece) if part]
    try:
        return [read_tag(piece)]
    except BadInput as refused:
        reason = refused
    try:
        if len(parts) > 1:
            return [read_tag(part) for part in parts]
    except BadInput as refused:
        reason = refused
    raise BadInput(_("Line %(line)s: %(reason)s"), **{**reason.facts, "line": line, "reason": str(reason)})


def _readings(typed: str) -> set[str]:
    """Every nine symbols the text may stand for; the check symbol has not been looked at yet."""
    plain = _nine_symbols(typed)
    if plain:
        return {plain}
    if sum(character in _WRONG_LAYOUT for character in typed) <= _SLIPS:
        return set()
    if not _NUMBER_ROW.keys().isdisjoint(typed) and re.search("[0-9]", typed):
        return set()  # a number row gives all its digits or none
    layouts = (typed.translate(_FROM_US_SCANNER), typed.translate(_FROM_NO_SHIFT))
    return {reading for layout in layouts if (reading := _nine_symbols(layout))}


def _nine_symbols(text: str) -> str | None:
    link = _LINK.fullmatch(text.replace(" ", ""))
    body = link["tag"] if link else text
    body = "".join(character for character in body if unicodedata.category(character) not in ("Zs", "Pd"))
    symbols = body.translate(_ASCII_UPPER).translate(_LOOKALIKE)
    return symbols if len(symbols) == TAG_LENGTH and all(symbol in ALPHABET for symbol in symbols) else None


def _without_control(text: str) -> str:
    # Scanners send SOH, STX, CR, LF, TAB; copied text brings zero-width spaces and byte order marks.
    return "".join(character for character in text if unicodedata.category(character) not in ("Cc", "Cf", "Zl", "Zp"))


def _has_a_twin(tag: str) -> bool:
    twin = tag.translate(_SWAPPED_LETTERS)
    return twin != tag and check_symbol(twin[:BODY_LENGTH]) == twin[-1]
