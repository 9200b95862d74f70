"""Opens an evidence file within limits: text, JSON, XML or PDF, so that no reader has to fear its bytes."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal
from xml.etree.ElementTree import ParseError

import pypdf
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse
from django.utils.translation import gettext_lazy as _

from inventory.errors import BadFile

Form = Literal["text", "json", "xml", "pdf"]

# A report of forty drives has 120 pages and 20,000 elements; its values nest twelve deep.
MOST_PAGES = 500
MOST_ELEMENTS = 200_000
DEEPEST = 60
MOST_DOCUMENTS = 5_000
# Years in which a medium may have been wiped: a clock that says another was never set.
EARLIEST, LATEST = 1990, 2099

_STAMP = re.compile(r"\[\s*\d{4}/\d{1,2}/\d{1,2} ")


@dataclass(slots=True)
class Node:
    """A name with its text and what stands below it: the one shape of a report as XML or as JSON."""

    name: str
    text: str = ""
    below: list[Node] = field(default_factory=list)

    def all(self, name: str) -> Iterator[Node]:
        """Every node of this name below, however deep, in the order of the file."""
        for node in self.below:
            if node.name == name:
                yield node
            yield from node.all(name)

    def texts(self, name: str) -> list[str]:
        """The texts of this name directly below."""
        return [node.text.strip() for node in self.below if node.name == name]


@dataclass(frozen=True, slots=True)
class Words:
    """A piece of text on a page of a PDF and where it begins, in points from the lower left corner."""

    page: int
    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """One thing to judge: a text, a PDF, an XML document or one of the JSON documents of a file.

    `value` is a str (text), a list of `Words` (pdf), a `Node` (xml) or what JSON holds; None for a document that
    breaks off. `twice` are the names that stand twice in one JSON object, where only one can be true; `revisions`
    counts how often a PDF was written to.
    """

    form: Form
    value: Any
    file: str = ""
    line: int = 1
    twice: tuple[str, ...] = ()
    revisions: int = 1


def parts_of(data: bytes, file: str) -> list[Part]:
    """What a file holds, by its content; the file's name decides nothing. Refuses: BadFile (not what it begins as)."""
    if data.lstrip()[:5] == b"%PDF-":
        if len(re.findall(rb"(?:^|[\r\n])%PDF-\d", data)) > 1:
            raise BadFile(_("The file holds several PDF reports in a row. Upload them one by one."))
        return [Part("pdf", _words(data), file, revisions=data.count(b"%%EOF"))]
    text = text_of(data)
    beginning = text.lstrip("\ufeff \t\r\n")
    if beginning.startswith("<"):
        return [Part("xml", _node(text), file)]
    if beginning.startswith(("{", "[")) and not _STAMP.match(beginning):
        return list(_documents(text, file))
    return [Part("text", text, file)]


def text_of(data: bytes) -> str:
    """The file as text, whatever it was saved as; what cannot be decoded becomes a sign that fits no rule."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    head = data[:400]
    if len(head) > 3 and head.count(0) * 3 > len(head):
        # UTF-16 without its mark: in text that is mostly ASCII every other byte is zero.
        return data.decode("utf-16-be" if head[0] == 0 else "utf-16-le", errors="replace")
    return data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", errors="replace")


def node_of(name: str, value: Any, depth: int = 0) -> Node:
    """JSON in the shape of a report: a list of objects is the same as one object with all their names."""
    if depth > DEEPEST:
        raise _too_deep()
    if isinstance(value, dict):
        return Node(name, below=[below for key, held in value.items() for below in _nodes(key, held, depth + 1)])
    if isinstance(value, list):
        merged = [below for held in value for below in node_of(name, held, depth + 1).below]
        return Node(name, below=merged)
    return Node(name, "" if value is None else str(value))


def mapping(value: Any) -> dict[str, Any]:
    """The value if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def sequence(value: Any) -> list[Any]:
    """The value if it is a JSON array, else an empty one."""
    return value if isinstance(value, list) else []


def moment_of(text: Any) -> dt.datetime | None:
    """An ISO 8601 date and time in the years of our trade, with or without zone; None if it is none."""
    try:
        moment = dt.datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return moment if moment and EARLIEST <= moment.year <= LATEST else None


def oneline(value: Any) -> str:
    """A text or number as one line of at most 200 signs; anything else is empty."""
    return " ".join(str(value).split())[:200] if isinstance(value, (str, int, float)) else ""


def _nodes(name: str, value: Any, depth: int) -> list[Node]:
    """A list under a name that holds several records is several nodes; one that holds pieces of one record is one."""
    if isinstance(value, list) and len(value) > 1 and all(isinstance(one, dict) and len(one) > 1 for one in value):
        return [node_of(name, one, depth + 1) for one in value]
    return [node_of(name, value, depth)]


def _documents(text: str, file: str) -> Iterator[Part]:
    """The JSON documents one after another. Refuses: BadFile when not even the first is whole."""
    twice: list[str] = []

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        held = dict(found)
        if len(held) != len(found):
            names = [name for name, _value in found]
            twice.extend(sorted({name[:80] for name in names if names.count(name) > 1}))
        return held

    decoder = json.JSONDecoder(object_pairs_hook=pairs, parse_constant=_no_number)
    place, count, line, counted = 0, 0, 1, 0
    while count < MOST_DOCUMENTS:
        while place < len(text) and text[place] in "\ufeff \t\r\n,":
            place += 1
        if place >= len(text):
            return
        line, counted = line + text.count("\n", counted, place), place
        twice.clear()
        try:
            value, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError) as problem:
            if not count:
                raise BadFile(
                    _(
                        "The evidence file begins like JSON and is not: it is cut off or was edited."
                        " Save it again with the tool that wrote it."
                    )
                ) from problem
            yield Part("json", None, file, line)
            return
        count += 1
        yield Part("json", value, file, line, tuple(twice))
    yield Part("json", None, file, line)


def _no_number(word: str) -> Any:
    raise ValueError(word)


def _node(text: str) -> Node:
    """The tree of an XML document. Refuses: BadFile (not well formed, entities, too deep, too large)."""
    root, path, count = Node(""), [], 0
    path.append(root)
    # The text is decoded already: an encoding that the declaration names no longer holds.
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text.lstrip("\ufeff"), count=1)
    try:
        for event, element in iterparse(io.BytesIO(text.encode()), events=("start", "end"), forbid_dtd=True):
            if event == "start":
                count += 1
                if len(path) > DEEPEST or count > MOST_ELEMENTS:
                    raise _too_deep()
                node = Node(str(element.get("name") or str(element.tag).rpartition("}")[2]))
                path[-1].below.append(node)
                path.append(node)
            else:
                path.pop().text = element.text or ""
                element.clear()
    except (ParseError, DefusedXmlException, ValueError) as problem:
        raise BadFile(
            _(
                "The evidence file begins like XML and is not well formed, or it declares entities."
                " Export the report again from the tool that wrote it."
            )
        ) from problem
    return root


def _words(data: bytes) -> list[Words]:
    """Every piece of text of a PDF with its place. Refuses: BadFile (damaged, locked, too many pages)."""
    words: list[Words] = []
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted:
            raise BadFile(_("The PDF is locked with a password. Save the report again without one."))
        if len(reader.pages) > MOST_PAGES:
            raise BadFile(_("The PDF has more than %(limit)s pages. Upload the reports one by one."), limit=MOST_PAGES)
        for number, page in enumerate(reader.pages, start=1):

            def keep(text: str, cm: Any, tm: Any, _font: Any, _size: Any, number: int = number) -> None:
                if text.strip():
                    # Where the text begins (tm), seen from the page (cm).
                    x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
                    y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
                    words.append(Words(number, float(x), float(y), " ".join(text.split())))

            page.extract_text(visitor_text=keep)
    except BadFile:
        raise
    except Exception as problem:
        # A damaged PDF makes the library raise whatever its parts raise: all of it means the same to us.
        raise BadFile(_("The PDF is damaged and cannot be read. Copy it again from the wiping station.")) from problem
    return words


def _too_deep() -> BadFile:
    return BadFile(
        _("The evidence file is nested deeper, or is longer, than any report. Upload the reports one by one.")
    )
