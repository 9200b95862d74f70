"""Finds every sentence of the code and keeps the FR and NL catalogues: `python -m tests.catalogues` after a change.

gettext's programs are not needed: Babel reads Python, Django's own `templatize` reads templates, polib writes.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import polib
from babel.messages.extract import extract_python

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "backend" / "locale"
LANGUAGES = ("fr", "nl")
TREES = ("backend", "inventory", "labels", "imports")
KEYWORDS: dict[str, tuple[int, ...] | None] = dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"))
PLURALS: dict[str, tuple[int, ...]] = dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2))
_CALL = re.compile(r"(?:\b(n?)gettext|(?<!\w)_)\(")
_PLACES = re.compile(r"%\((\w+)\)[sd]|%[sd]")

Message = tuple[str, str]  # singular, and plural or ""


def sentences() -> dict[Message, list[str]]:
    """Every message of the project, with the files that say it."""
    found: dict[Message, list[str]] = {}
    for tree in TREES:
        for path in sorted((ROOT / tree).rglob("*")):
            if "migrations" in path.parts or path.suffix not in {".py", ".html", ".txt"}:
                continue
            place = str(path.relative_to(ROOT))
            for message in _python(path) if path.suffix == ".py" else _template(path):
                places = found.setdefault(message, [])
                if place not in places:
                    places.append(place)
    return found


def catalogue(language: str) -> polib.POFile:
    """The catalogue of a language as it stands in the project."""
    return polib.pofile(str(LOCALE / language / "LC_MESSAGES" / "django.po"), wrapwidth=110)


def placeholders(text: str) -> list[str]:
    """The placeholders of a message, sorted: a translation has the same."""
    return sorted(match.group() for match in _PLACES.finditer(text.replace("%%", "")))


def update() -> None:
    """Add what is new, drop what nobody says any more, write .po and .mo."""
    found = sentences()
    for language in LANGUAGES:
        path = LOCALE / language / "LC_MESSAGES" / "django.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        known = {(entry.msgid, entry.msgid_plural): entry for entry in catalogue(language)} if path.exists() else {}
        book = polib.POFile(wrapwidth=110)
        book.metadata = {
            "Project-Id-Version": "Relais",
            "Language": language,
            "MIME-Version": "1.0",
            "Content-Type": "text/plain; charset=UTF-8",
            "Content-Transfer-Encoding": "8bit",
            "Plural-Forms": "nplurals=2; plural=(n > 1);" if language == "fr" else "nplurals=2; plural=(n != 1);",
        }
        for message in sorted(found):
            entry = known.get(message) or _fresh(message)
            entry.occurrences = [(place, "") for place in found[message]]
            entry.flags = ["python-format"] if placeholders(message[0]) else []
            book.append(entry)
        book.save(str(path))
        book.save_as_mofile(str(path.with_suffix(".mo")))
        missing = sum(1 for entry in book if not entry.translated())
        sys.stdout.write(f"{language}: {len(book)} sentences, {missing} without translation\n")


def _fresh(message: Message) -> polib.POEntry:
    if message[1]:
        return polib.POEntry(msgid=message[0], msgid_plural=message[1], msgstr_plural={0: "", 1: ""})
    return polib.POEntry(msgid=message[0])


def _python(path: Path) -> Iterator[Message]:
    source = io.BytesIO(path.read_bytes())
    for _line, function, messages, _comments in extract_python(source, {**KEYWORDS, **PLURALS}, [], {}):
        if function in PLURALS and isinstance(messages, tuple):
            yield str(messages[0]), str(messages[1])
        else:
            first = messages if isinstance(messages, str) else messages[0]
            if first:
                yield str(first), ""


def _template(path: Path) -> Iterator[Message]:
    from django.utils.translation.template import templatize

    text = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    for call in _CALL.finditer(text):
        arguments = _arguments(text, call.end())
        if call.group(1):
            yield arguments[0], arguments[1]
        else:
            yield arguments[0], ""


def _arguments(text: str, start: int) -> list[str]:
    """The string literals of a call whose first argument begins at `start`."""
    found: list[str] = []
    place = start
    while match := re.compile(r"\s*(u?)('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")\s*,?", re.DOTALL).match(text, place):
        found.append(str(ast.literal_eval(match.group(2))))
        place = match.end()
    return found


if __name__ == "__main__":
    import django
    from django.conf import settings

    settings.configure(USE_I18N=True)
    django.setup()
    update()
