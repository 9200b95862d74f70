#!/usr/bin/env python3
"""Checks a Relais workbook without Relais: one file, Python 3.11, nothing to install, no network.

    python3 verify_workbook.py WORKBOOK.xlsx [--after EARLIER.xlsx] [--checkpoint FILE [--key KEY]] [--lang fr|nl|en]

It says yes (exit 0), or names what is wrong with its sheet and row (exit 1); exit 2 when a file cannot be read.
The workbook may have been saved again by Excel or LibreOffice. --after: the workbook of the period before, which this
one must continue. --checkpoint: a file with three lines (name of the ledger, number of entries, root in base64 or
hexadecimal), such as one printed earlier or kept by somebody else. --key: the city's public key (name+id+key,
published at its address /keys/); the signature under the checkpoint is then checked too, by verify_checkpoint.py, which
must lie beside this file. Without --key no signature is read.

What it cannot see: a deed that was never recorded; and without a checkpoint from elsewhere, a ledger that was written
anew as a whole.
"""

import argparse
import base64
import binascii
import datetime as dt
import hashlib
import importlib.util
import itertools
import json
import os
import re
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
READ_ME, SUMMARY, FIRST_LISTED = range(3)
# Columns of the movements that repeat what the hashed text says, by letter.
REPEATED = {"D": "kind", "E": "key", "F": "seq", "G": "event", "H": "from", "I": "to", "J": "actor", "K": "channel"}
MOST_BYTES = 4_000_000_000
# A kind of device and a status, as codes.
Cell = tuple[str, str]

SAID: dict[str, tuple[str, str, str]] = {
    "yes": (
        "Oui : {rows} mouvements, dans l’ordre et complets, jusqu’à la racine {root}… de {size} inscriptions.",
        "Ja: {rows} bewegingen, in volgorde en volledig, tot aan de wortel {root}… van {size} inschrijvingen.",
        "Yes: {rows} movements, in order and complete, up to the root {root}… of {size} entries.",
    ),
    "part": (
        "Oui : les {rows} mouvements montrés sont dans le registre, inchangés, jusqu’à la racine {root}… de {size} "
        "inscriptions. Mais ce classeur est filtré ({filter}) : ce qui a été laissé de côté ne se vérifie pas ; "
        "il n’est pas complet.",
        "Ja: de {rows} getoonde bewegingen staan ongewijzigd in het register, tot aan de wortel {root}… van {size} "
        "inschrijvingen. Maar deze werkmap is gefilterd ({filter}): wat weggelaten werd, is niet na te gaan; "
        "ze is niet volledig.",
        "Yes: the {rows} movements shown are in the ledger, unchanged, up to the root {root}… of {size} entries. But "
        "this workbook is filtered ({filter}): what was left out cannot be checked; it is not complete.",
    ),
    "unsigned": (
        "Sans point de contrôle d’ailleurs (--checkpoint), un registre réécrit en entier ne se verrait pas.",
        "Zonder controlepunt van elders (--checkpoint) zou een volledig herschreven register niet opvallen.",
        "Without a checkpoint from elsewhere (--checkpoint), a ledger written anew as a whole would not show.",
    ),
    "changed": (
        "« {sheet} », ligne {row} : le texte haché de l’inscription {entry} a changé ; l’empreinte ne lui va plus.",
        "“{sheet}”, rij {row}: de gehashte tekst van inschrijving {entry} werd gewijzigd; de hash past niet meer.",
        "'{sheet}', row {row}: the hashed text of entry {entry} was changed; its fingerprint no longer fits.",
    ),
    "cell": (
        "« {sheet} », cellule {cell} : on y lit « {shown} », mais le texte haché dit « {said} ».",
        "“{sheet}”, cel {cell}: er staat “{shown}”, maar de gehashte tekst zegt “{said}”.",
        "'{sheet}', cell {cell}: it shows '{shown}', but the hashed text says '{said}'.",
    ),
    "unreadable": (
        "« {sheet} », ligne {row} : ce n’est pas une inscription du registre.",
        "“{sheet}”, rij {row}: dit is geen inschrijving van het register.",
        "'{sheet}', row {row}: this is no entry of the ledger.",
    ),
    "dropped": (
        "« {sheet} », avant la ligne {row} : l’inscription {entry} manque ({count} en tout) ; des lignes sont parties.",
        "“{sheet}”, voor rij {row}: inschrijving {entry} ontbreekt ({count} in totaal); er werden rijen verwijderd.",
        "'{sheet}', before row {row}: entry {entry} is missing ({count} in all); rows were removed.",
    ),
    "added": (
        "« {sheet} », ligne {row} : l’inscription {entry} est de trop ; une ligne a été ajoutée ou copiée.",
        "“{sheet}”, rij {row}: inschrijving {entry} is te veel; een rij werd toegevoegd of gekopieerd.",
        "'{sheet}', row {row}: entry {entry} is one too many; a row was added or copied.",
    ),
    "reordered": (
        "« {sheet} », ligne {row} : l’inscription {entry} vient après la {before} ; l’ordre des lignes a été changé.",
        "“{sheet}”, rij {row}: inschrijving {entry} komt na {before}; de volgorde van de rijen werd veranderd.",
        "'{sheet}', row {row}: entry {entry} comes after {before}; the rows were put into another order.",
    ),
    "outside": (
        "« {sheet} », ligne {row} : l’inscription {entry} n’est pas de la période du {first} au {last}.",
        "“{sheet}”, rij {row}: inschrijving {entry} is niet van de periode van {first} tot {last}.",
        "'{sheet}', row {row}: entry {entry} is not of the period from {first} to {last}.",
    ),
    "hidden": (
        "« {sheet} », après la ligne {row} : les inscriptions {first} à {last} manquent, alors que celles d’avant et "
        "d’après y sont ; des lignes ont été retirées et cachées dans la preuve.",
        "“{sheet}”, na rij {row}: de inschrijvingen {first} tot {last} ontbreken, terwijl die ervoor en erna er wel "
        "staan; er werden rijen verwijderd en in het bewijs verborgen.",
        "'{sheet}', after row {row}: entries {first} to {last} are missing, although those before and after are there; "
        "rows were removed and hidden in the proof.",
    ),
    "between": (
        "Les inscriptions {first} à {last} ne sont ni dans ce classeur ni dans le précédent ; des lignes ont été "
        "retirées et cachées dans la preuve.",
        "De inschrijvingen {first} tot {last} staan noch in deze werkmap noch in de vorige; er werden rijen verwijderd "
        "en in het bewijs verborgen.",
        "Entries {first} to {last} are neither in this workbook nor in the one before; rows were removed and hidden in "
        "the proof.",
    ),
    "some": (
        "L’un des deux classeurs est filtré : seuls des classeurs complets se suivent.",
        "Een van beide werkmappen is gefilterd: alleen volledige werkmappen volgen elkaar op.",
        "One of the two workbooks is filtered: only complete ones continue each other.",
    ),
    "root": (
        "Les lignes et la feuille « {sheet} » ne donnent pas la racine de « {me} » : l’une d’elles a été changée.",
        "De rijen en het blad “{sheet}” geven niet de wortel die in “{me}” staat: een ervan werd gewijzigd.",
        "The rows and the sheet '{sheet}' do not give the root that '{me}' states: one of them was changed.",
    ),
    "row": (
        "« {sheet} », ligne {row} : une cellule a été changée ; l’empreinte de la ligne ne lui va plus.",
        "“{sheet}”, rij {row}: een cel werd gewijzigd; de vingerafdruk van de rij past niet meer.",
        "'{sheet}', row {row}: a cell was changed; the fingerprint of the row no longer fits.",
    ),
    "rows": (
        "« {sheet} » : des lignes ont été ajoutées, supprimées ou déplacées depuis l’exportation.",
        "“{sheet}”: er werden rijen toegevoegd, verwijderd of verplaatst sinds de uitvoer.",
        "'{sheet}': rows were added, removed or put into another order since the export.",
    ),
    "anchor": (
        "« {sheet} », ligne {row} : l’inscription {entry} du registre ne dit pas cela de {thing}.",
        "“{sheet}”, rij {row}: inschrijving {entry} van het register zegt dit niet over {thing}.",
        "'{sheet}', row {row}: entry {entry} of the ledger does not say this of {thing}.",
    ),
    "sum": (
        "« {sheet} », cellule {cell} : on y lit {shown}, mais on compte {said}.",
        "“{sheet}”, cel {cell}: er staat {shown}, maar er worden er {said} geteld.",
        "'{sheet}', cell {cell}: it shows {shown}, but {said} are counted.",
    ),
    "signature": (
        "La signature sous le point de contrôle n’a pas été vérifiée : donnez --key, avec la clé publique de la ville, "
        "ou lancez verify_checkpoint.py check {file} --key CLÉ.",
        "De handtekening onder het controlepunt werd niet nagekeken: geef --key met de publieke sleutel van de stad, "
        "of start verify_checkpoint.py check {file} --key SLEUTEL.",
        "The signature under the checkpoint was not checked: give --key with the city's public key, or run "
        "verify_checkpoint.py check {file} --key KEY.",
    ),
    "signed": (
        "Le point de contrôle est signé avec la clé donnée.",
        "Het controlepunt is getekend met de opgegeven sleutel.",
        "The checkpoint is signed with the key you gave.",
    ),
    "forged": (
        "Le point de contrôle {file} n’est pas signé avec cette clé : il est falsifié, ou la clé est une autre.",
        "Het controlepunt {file} is niet met deze sleutel getekend: het is vervalst, of het is een andere sleutel.",
        "The checkpoint {file} is not signed with this key: it is forged, or the key is another one.",
    ),
    "foreign": (
        "Le point de contrôle est d’un autre registre : à {size} inscriptions il dit {theirs}…, ce classeur {ours}….",
        "Het controlepunt is van een ander register: bij {size} inschrijvingen zegt het {theirs}…, de werkmap {ours}….",
        "The checkpoint is of another ledger: for {size} entries it says {theirs}…, this workbook {ours}….",
    ),
    "shrunk": (
        "Le point de contrôle connaît {theirs} inscriptions, ce classeur seulement {ours} : il en manque à la fin.",
        "Het controlepunt kent {theirs} inschrijvingen, deze werkmap maar {ours}: er ontbreken er aan het einde.",
        "The checkpoint knows {theirs} entries, this workbook only {ours}: some are missing at the end.",
    ),
    "apart": (
        "Le point de contrôle ({size} inscriptions) tombe hors de ce que ce classeur peut recalculer.",
        "Het controlepunt ({size} inschrijvingen) valt buiten wat deze werkmap kan narekenen.",
        "The checkpoint ({size} entries) lies outside what this workbook can compute again.",
    ),
    "follows": (
        "Ce classeur commence le {first}, le précédent finit le {last} : les périodes ne se suivent pas.",
        "Deze werkmap begint op {first}, de vorige eindigt op {last}: de periodes volgen elkaar niet op.",
        "This workbook begins on {first}, the one before ends on {last}: the periods do not follow each other.",
    ),
    "opening": (
        "« {sheet} », cellule {cell} : l’ouverture est {shown}, mais la période précédente clôture à {said}.",
        "“{sheet}”, cel {cell}: de opening is {shown}, maar de vorige periode sluit op {said}.",
        "'{sheet}', cell {cell}: the opening is {shown}, but the period before closes at {said}.",
    ),
    "none": (
        "Ce fichier n’est pas un classeur de Relais : {why}",
        "Dit bestand is geen werkmap van Relais: {why}",
        "This file is no workbook of Relais: {why}",
    ),
}


class Number(str):
    """A number as the file spells it; what is no number is text."""

    __slots__ = ()


class NoWorkbook(Exception):
    """The file cannot be read as a workbook of Relais."""


class Sheet:
    """A sheet: its name, and its rows with their numbers; a cell is text, or a number as text."""

    def __init__(self, title: str, rows: dict[int, dict[str, str]]) -> None:
        self.title = title
        self.rows = rows

    def cell(self, column: str, row: int) -> str:
        """What a cell shows; empty when there is none."""
        return self.rows.get(row, {}).get(column, "")

    def filled(self) -> Iterator[tuple[int, dict[str, str]]]:
        """The rows below the heading that hold anything, in their order."""
        return ((number, row) for number, row in sorted(self.rows.items()) if number > 1 and row)


def read_workbook(path: Path) -> list[Sheet]:
    """The sheets of a workbook in their order. Raises NoWorkbook."""
    try:
        with zipfile.ZipFile(path) as package:
            if sum(one.file_size for one in package.infolist()) > MOST_BYTES:
                raise NoWorkbook("too large")
            shared = _shared(package)
            found = [Sheet(title, dict(_rows(package, name, shared))) for title, name in _places(package)]
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError, IndexError, ValueError, RuntimeError) as problem:
        raise NoWorkbook(str(problem)) from problem
    return found


def _parsed(package: zipfile.ZipFile, name: str) -> Any:
    data = package.read(name)
    if b"<!DOCTYPE" in data[:2000] or b"<!ENTITY" in data[:2000]:
        raise NoWorkbook("DOCTYPE")
    return ElementTree.fromstring(data)  # noqa: S314  # no entities: refused above


def _places(package: zipfile.ZipFile) -> list[tuple[str, str]]:
    links = {one.get("Id"): one.get("Target", "") for one in _parsed(package, "xl/_rels/workbook.xml.rels")}
    sheets = _parsed(package, "xl/workbook.xml").find(f"{MAIN}sheets")
    if sheets is None:
        raise NoWorkbook("xl/workbook.xml")
    found = []
    for one in sheets:
        target = links[one.get(LINK)]
        found.append((one.get("name", ""), target.lstrip("/") if target.startswith("/") else f"xl/{target}"))
    return found


def _shared(package: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in package.namelist():
        return []
    return [_text(one) for one in _parsed(package, "xl/sharedStrings.xml")]


def _text(element: Any) -> str:
    parts = [one.text or "" for one in element.iter(f"{MAIN}t")]
    return _plain("".join(parts))


def _plain(text: str) -> str:
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text)


def _rows(package: zipfile.ZipFile, name: str, shared: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
    with package.open(name) as stream:
        # Entities cannot grow here: expat 2.4 and later refuses those that do.
        for _event, element in ElementTree.iterparse(stream):  # noqa: S314
            if element.tag != f"{MAIN}row":
                continue
            cells = {}
            for cell in element:
                value = cell.find(f"{MAIN}v")
                kind = cell.get("t", "n")
                column = re.sub(r"[0-9]", "", cell.get("r", ""))
                if kind == "inlineStr":
                    cells[column] = _text(cell)
                elif value is not None and value.text is not None:
                    number = kind in ("n", "b")
                    cells[column] = (
                        shared[int(value.text)] if kind == "s" else Number(value.text) if number else _plain(value.text)
                    )
            yield int(element.get("r", "0")), cells
            element.clear()


class Tree:
    """Subtrees of the ledger's tree that follow each other (RFC 6962 §2.1), and the root over them."""

    def __init__(self) -> None:
        self.peaks: list[tuple[int, int, bytes]] = []
        self.size = 0

    def add(self, first: int, size: int, digest: bytes) -> None:
        """Append a subtree, joining what makes a larger one."""
        self.size = first + size
        while self.peaks and self.peaks[-1][1] == size and self.peaks[-1][0] % (2 * size) == 0:
            first, _size, left = self.peaks.pop()
            size, digest = 2 * size, hashlib.sha256(b"\x01" + left + digest).digest()
        self.peaks.append((first, size, digest))

    def root(self) -> str:
        """The root, in hexadecimal."""
        root = b""
        for _first, _size, digest in reversed(self.peaks):
            root = hashlib.sha256(b"\x01" + digest + root).digest() if root else digest
        return (root or hashlib.sha256(b"").digest()).hex()


class Check:
    """One workbook under examination; `faults` are sentences in the reader's language."""

    def __init__(self, sheets: list[Sheet], language: int) -> None:
        self.sheets = sheets
        self.language = language
        self.faults: list[str] = []
        self.rows = 0
        # Roots at every size that this workbook can compute.
        self.roots: dict[int, str] = {}
        # By the index of an entry: the row that holds it.
        self.entries: dict[int, dict[str, str]] = {}
        if not sheets:
            raise NoWorkbook("0")
        me = sheets[READ_ME]
        try:
            self.first, self.last = _day(me.cell("B", 3)), _day(me.cell("B", 4))
            self.size, self.root = int(float(me.cell("B", 5))), me.cell("B", 6)
            # Workbooks made before there were filters list their sheets from this row on.
            code = "" if me.cell("C", 7) else me.cell("D", 7)
            self.filtered = "" if code in ("", "{}") else me.cell("B", 7) or code
            listed = [row for number, row in sorted(me.rows.items()) if number > 1 and row.get("C")]
            self.listed = [(row["C"], int(float(row["B"])), row.get("D", "")) for row in listed]
        except (ValueError, KeyError) as problem:
            raise NoWorkbook(f"{me.title}: {problem}") from problem
        missing = {"movements", "devices", "proof"} - {code for code, _rows, _digest in self.listed}
        if missing or len(sheets) < FIRST_LISTED + len(self.listed):
            raise NoWorkbook(", ".join(sorted(missing)) or f"{len(sheets)} / {FIRST_LISTED + len(self.listed)}")

    def sheets_of(self, code: str) -> list[Sheet]:
        """The sheets that the first one lists under this name."""
        return [self.sheets[place] for place, one in enumerate(self.listed, start=FIRST_LISTED) if one[0] == code]

    def say(self, name: str, **facts: object) -> None:
        """One more fault."""
        self.faults.append(SAID[name][self.language].format(**facts))

    def movements(self, wanted: set[int]) -> None:
        """Every row: its hash, its visible columns, its order, and whether the rows give the root."""
        (proof,) = self.sheets_of("proof")
        nodes = [
            (int(float(one["A"])), int(float(one["B"])), bytes.fromhex(one["C"]), ("", 0)) for _n, one in proof.filled()
        ]
        leaves, before = [], -1
        for sheet in self.sheets_of("movements"):
            for number, row in sheet.filled():
                self.rows += 1
                index = self._row(sheet, number, row)
                if index is None:
                    continue
                if index < before:
                    self.say("reordered", sheet=sheet.title, row=number, entry=index, before=before)
                before = max(before, index)
                self.entries[index] = row
                place = (sheet.title, number)
                leaves.append((index, 1, hashlib.sha256(b"\x00" + row["N"].encode()).digest(), place))
        if self.faults:
            return
        self._tile(sorted([*nodes, *leaves], key=lambda one: (one[0], one[3])), wanted)
        if not self.filtered and not self.faults:
            self._holes(leaves)

    def _holes(self, leaves: list[tuple[int, int, bytes, tuple[str, int]]]) -> None:
        """Rows of a period stand together; only at its edges may those of another be sealed among them."""
        for before, after in itertools.pairwise(leaves):
            if after[0] == before[0] + 1 or self._at_an_edge(before[0]) or self._at_an_edge(after[0]):
                continue
            sheet, row = before[3]
            self.say("hidden", sheet=sheet, row=row, first=before[0] + 1, last=after[0] - 1)

    def _at_an_edge(self, index: int) -> bool:
        """Whether an entry was recorded within two hours of the period's first or last moment."""
        moment = _local(json.loads(self.entries[index]["N"])["recorded_at"])
        first, last = (dt.datetime.combine(day, dt.time()) for day in (self.first, self.last + dt.timedelta(days=1)))
        return min(moment - first, last - moment) < dt.timedelta(hours=2)

    def _row(self, sheet: Sheet, number: int, row: dict[str, str]) -> int | None:
        try:
            index = int(float(row["A"]))
            body = json.loads(row["N"])
            recorded, occurred = _local(body["recorded_at"]), _local(body["occurred_at"])
        except (KeyError, ValueError, TypeError):
            self.say("unreadable", sheet=sheet.title, row=number)
            return None
        if hashlib.sha256(b"\x00" + row["N"].encode()).hexdigest() != row.get("M", ""):
            self.say("changed", sheet=sheet.title, row=number, entry=index)
            return index
        for column, name in [*REPEATED.items(), ("L", "evidence")]:
            shown, said = row.get(column, ""), str(body[name])
            if (str(int(float(shown))) if name == "seq" and shown else shown) != said:
                self.say("cell", sheet=sheet.title, cell=f"{column}{number}", shown=shown, said=said)
        for column, moment in (("B", recorded), ("C", occurred)):
            shown = row.get(column, "")
            if not shown or abs(_moment(shown) - moment.replace(microsecond=0)) > dt.timedelta(seconds=1):
                self.say(
                    "cell", sheet=sheet.title, cell=f"{column}{number}", shown=shown, said=f"{moment:%Y-%m-%d %H:%M:%S}"
                )
        if not self.first <= recorded.date() <= self.last:
            facts = {"first": self.first, "last": self.last}
            self.say("outside", sheet=sheet.title, row=number, entry=index, **facts)
        return index

    def _tile(self, pieces: list[tuple[int, int, bytes, tuple[str, int]]], wanted: set[int]) -> None:
        """Rows and proof must cover every entry of the ledger exactly once, and give its root."""
        tree = Tree()
        last = self.sheets_of("movements")[-1]
        following = (last.title, max(last.rows, default=1) + 1)
        for first, size, digest, place in pieces:
            sheet, row = place if place[0] else following
            if first > tree.size:
                return self.say("dropped", sheet=sheet, row=row, entry=tree.size, count=first - tree.size)
            if first < tree.size:
                return self.say("added", sheet=sheet, row=row, entry=first)
            tree.add(first, size, digest)
            if tree.size in wanted:
                self.roots[tree.size] = tree.root()
        if tree.size < self.size:
            sheet, row = following
            return self.say("dropped", sheet=sheet, row=row, entry=tree.size, count=self.size - tree.size)
        self.roots[tree.size] = tree.root()
        if tree.size != self.size or tree.root() != self.root:
            self.say("root", sheet=self.sheets_of("proof")[0].title, me=self.sheets[READ_ME].title)
        return None

    def summary(self) -> None:
        """Opening + in − out ± corrections = closing = counted, all but the opening counted again from the rows."""
        sheet = self.sheets[SUMMARY]
        came, left, corrected = Counter[Cell](), Counter[Cell](), Counter[Cell]()
        for row in self.entries.values():
            kind, was, before, after = (row.get(letter, "") for letter in "OPHI")
            if row.get("D") != "device":
                continue
            if was:
                corrected[(kind, after)] += 1
                corrected[(was, after)] -= 1
            if before != after:
                left[(kind, before)] += 1
                came[(kind, after)] += 1
        devices = [row for one in self.sheets_of("devices") for _number, row in one.filled()]
        stock = Counter((row.get("D", ""), row.get("B", "")) for row in devices)
        listed = set()
        for number, row in sheet.filled():
            cell = (row.get("B", ""), row.get("D", ""))
            if not cell[1]:
                continue
            listed.add(cell)
            shown = {letter: int(float(row.get(letter) or 0)) for letter in "EFGHIJK"}
            closing = shown["E"] + came[cell] - left[cell] + corrected[cell]
            said = {"F": came[cell], "G": left[cell], "H": corrected[cell], "I": closing, "J": stock[cell], "K": 0}
            for letter, count in said.items():
                if shown[letter] != count:
                    facts = {"shown": shown[letter], "said": count}
                    self.say("sum", sheet=sheet.title, cell=f"{letter}{number}", **facts)
        for cell in sorted({*stock, *came} - listed):
            if cell[1]:
                facts = {"shown": 0, "said": stock[cell] or came[cell]}
                self.say("sum", sheet=sheet.title, cell=" / ".join(cell), **facts)

    def kinds(self) -> None:
        """Whether the kind of device beside each movement follows from the hashed texts, where these say it."""
        known: dict[str, str] = {}
        for sheet in self.sheets_of("movements"):
            for number, row in sheet.filled():
                kind, was, tag = row.get("O", ""), row.get("P", ""), row.get("E", "")
                if row.get("D") != "device":
                    said = ("", "")
                else:
                    before = known.get(tag, was or kind)
                    facts = json.loads(row["N"])["facts"]
                    named = facts.get("said", facts if row.get("H", "") == "" else {})
                    now = (named.get("category") if isinstance(named, dict) else "") or before
                    said = (now, before if now != before and row.get("H", "") else "")
                    known[tag] = now
                for letter, shown, right in (("O", kind, said[0]), ("P", was, said[1])):
                    if shown != right:
                        self.say("cell", sheet=sheet.title, cell=f"{letter}{number}", shown=shown, said=right)

    def others(self) -> None:
        """The sheets beside the movements: each row by its fingerprint, all of them together, and their entries."""
        for place, (code, rows, digest) in enumerate(self.listed, start=FIRST_LISTED):
            if not digest:
                continue
            sheet, all_of = self.sheets[place], hashlib.sha256()
            letters = sorted(sheet.rows.get(1, {}), key=lambda one: (len(one), one))
            before = len(self.faults)
            for number, row in sheet.filled():
                if fingerprint([row.get(letter, "") for letter in letters[:-1]]) != row.get(letters[-1], ""):
                    self.say("row", sheet=sheet.title, row=number)
                all_of.update(f"{row.get(letters[-1], '')}\n".encode())
                self._anchor(sheet, number, row, letters, code)
            count = sum(1 for _one in sheet.filled())
            if len(self.faults) == before and (count != rows or all_of.hexdigest() != digest):
                self.say("rows", sheet=sheet.title)

    def _anchor(self, sheet: Sheet, number: int, row: dict[str, str], letters: list[str], code: str) -> None:
        """The entry that a row names must be about its thing, bear its leaf and, of a device, lead to its status."""
        if code not in ("devices", "media", "awards", "waste"):
            return
        entry, leaf = row.get(letters[-3], ""), row.get(letters[-2], "")
        named = self.entries.get(int(float(entry))) if entry else None
        if named is None:
            return  # of another period
        wrong = named.get("E") != row.get("A") or named.get("M") != leaf
        if wrong or (code == "devices" and (named.get("I"), named.get("O")) != (row.get("B"), row.get("D"))):
            self.say("anchor", sheet=sheet.title, row=number, entry=int(float(entry)), thing=row.get("A", ""))

    def continues(self, earlier: "Check") -> None:
        """Whether this period begins where the other one ended, with the same balance and the same ledger."""
        if self.filtered or earlier.filtered:
            return self.say("some")
        if self.first != earlier.last + dt.timedelta(days=1):
            self.say("follows", first=self.first, last=earlier.last)
        closing = {
            (row.get("B", ""), row["D"]): int(float(row.get("I") or 0))
            for _number, row in earlier.sheets[SUMMARY].filled()
            if row.get("D")
        }
        sheet = self.sheets[SUMMARY]
        for number, row in sheet.filled():
            if row.get("D"):
                shown, said = int(float(row.get("E") or 0)), closing.pop((row.get("B", ""), row["D"]), 0)
                if shown != said:
                    self.say("opening", sheet=sheet.title, cell=f"E{number}", shown=shown, said=said)
        for cell, said in closing.items():
            if said:
                self.say("opening", sheet=sheet.title, cell=" / ".join(cell), shown=0, said=said)
        if self.first == earlier.last + dt.timedelta(days=1):
            self._between(earlier)
        return self.agrees(earlier.size, earlier.root)

    def _between(self, earlier: "Check") -> None:
        """Every entry is of some period: between the rows of two that follow each other there is none of a third."""
        theirs = {int(float(row["A"])) for sheet in earlier.sheets_of("movements") for _number, row in sheet.filled()}
        if not theirs or not self.entries:
            return
        low, high = sorted((max(theirs), min(self.entries)))
        missing = [one for one in range(low, high) if one not in theirs and one not in self.entries]
        if missing:
            self.say("between", first=missing[0], last=missing[-1])

    def agrees(self, size: int, root: str) -> None:
        """Whether the ledger of this workbook had that root when it had that many entries."""
        if size > self.size:
            self.say("shrunk", theirs=size, ours=self.size)
        elif size not in self.roots:
            self.say("apart", size=size)
        elif self.roots[size] != root:
            self.say("foreign", size=size, theirs=root[:12], ours=self.roots[size][:12])


def read_checkpoint(path: Path) -> tuple[int, str]:
    """Size and root (hexadecimal) of a checkpoint (C2SP tlog-checkpoint). Raises NoWorkbook."""
    lines = path.read_text(encoding="utf-8").splitlines()
    try:
        size, text = int(lines[1]), lines[2].strip()
        root = text.lower() if re.fullmatch("[0-9a-fA-F]{64}", text) else base64.b64decode(text, validate=True).hex()
    except (IndexError, ValueError, binascii.Error) as problem:
        raise NoWorkbook(f"{path.name}: {problem}") from problem
    return size, root


def signed_with(path: Path, key: str) -> bool:
    """Whether the key signed the checkpoint, by the script beside this one. Raises NoWorkbook without it."""
    beside = Path(__file__).with_name("verify_checkpoint.py")
    found = importlib.util.spec_from_file_location("verify_checkpoint", beside)
    if not beside.exists() or found is None or found.loader is None:
        raise NoWorkbook(f"--key: {beside.name} ?")
    script = importlib.util.module_from_spec(found)
    # The auditor's folder stays as it is.
    sys.dont_write_bytecode = True
    found.loader.exec_module(script)
    try:
        return bool(script.Note(path.name, path.read_text(encoding="utf-8")).signed_by(key))
    except (script.Unreadable, ValueError, IndexError) as problem:
        raise NoWorkbook(f"{path.name}: {problem}") from problem


def fingerprint(cells: list[str]) -> str:
    """Sixteen figures of the SHA-256 of a row, as the export makes them: numbers with six places."""
    said = (f"{float(cell):.6f}" if isinstance(cell, Number) else cell for cell in cells)
    return hashlib.sha256("\x1f".join(said).encode()).hexdigest()[:16]


def _day(shown: str) -> dt.date:
    return dt.date(1899, 12, 30) + dt.timedelta(days=int(float(shown)))


def _moment(shown: str) -> dt.datetime:
    try:
        seconds = round(float(shown) * 86400)
    except ValueError:
        return dt.datetime(1900, 1, 1)  # noqa: DTZ001  # shown as text: it never fits
    return dt.datetime(1899, 12, 30) + dt.timedelta(seconds=seconds)  # noqa: DTZ001  # as Excel keeps it


def _local(text: str) -> dt.datetime:
    """Brussels time of a moment in UTC, by the European rule, so that no table of time zones is needed."""
    moment = dt.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ")  # noqa: DTZ007  # in UTC, by its Z
    begins, ends = (_last_sunday(moment.year, month) for month in (3, 10))
    return moment + dt.timedelta(hours=2 if begins <= moment < ends else 1)


def _last_sunday(year: int, month: int) -> dt.datetime:
    last = dt.datetime(year, month, 31, 1)  # noqa: DTZ001
    return last - dt.timedelta(days=(last.weekday() + 1) % 7)


def verify(
    path: Path, language: int, earlier: Path | None, checkpoint: Path | None, key: str = ""
) -> tuple[list[str], str]:
    """What is wrong, and what to say when nothing is. Raises NoWorkbook."""
    check = Check(read_workbook(path), language)
    wanted: set[int] = set()
    before, kept = None, None
    if earlier is not None:
        before = Check(read_workbook(earlier), language)
        wanted.add(before.size)
    if checkpoint is not None:
        kept = read_checkpoint(checkpoint)
        wanted.add(kept[0])
    check.movements(wanted)
    # The rows and their root hold: what they say can be compared with other files.
    sound = not check.faults
    if sound:
        check.kinds()
    check.others()
    check.summary()
    if sound and before is not None:
        check.continues(before)
    if sound and kept is not None:
        check.agrees(*kept)
    if checkpoint is not None and key and not signed_with(checkpoint, key):
        check.say("forged", file=checkpoint.name)
    facts = {"rows": check.rows, "root": check.root[:12], "size": check.size, "filter": check.filtered}
    facts["filter"] = "; ".join(check.filtered.splitlines())
    said = SAID["part" if check.filtered else "yes"][language].format(**facts)
    more = "unsigned" if checkpoint is None else "signed" if key else "signature"
    return check.faults, f"{said}\n{SAID[more][language].format(file=checkpoint.name if checkpoint else '')}"


def main(arguments: list[str]) -> int:
    """Check what was asked and say it."""
    parser = argparse.ArgumentParser(description=str(__doc__), formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workbook", type=Path)
    parser.add_argument("--after", type=Path, metavar="EARLIER.xlsx")
    parser.add_argument("--checkpoint", type=Path, metavar="FILE")
    parser.add_argument("--key", default="", metavar="KEY")
    spoken = os.environ.get("LANG", "")[:2]
    parser.add_argument("--lang", choices=["fr", "nl", "en"], default=spoken if spoken in ("fr", "nl") else "en")
    asked = parser.parse_args(arguments)
    language = ["fr", "nl", "en"].index(asked.lang)
    try:
        faults, said = verify(asked.workbook, language, asked.after, asked.checkpoint, asked.key.strip())
    except (NoWorkbook, OSError, UnicodeDecodeError) as problem:
        sys.stderr.write(SAID["none"][language].format(why=problem) + "\n")
        return 2
    for sentence in faults[:50] or [said]:
        sys.stdout.write(sentence + "\n")
    if len(faults) > 50:
        sys.stdout.write(f"… (+{len(faults) - 50})\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
