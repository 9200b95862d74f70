#!/usr/bin/env python3
"""Checks checkpoints and proofs of a Relais ledger without Relais: one file, Python 3.11, nothing else, no network.

    python3 verify_checkpoint.py check FILE [FILE...] [--key KEY] [--lang fr|nl|en]
    python3 verify_checkpoint.py witness NAME NOTE [--proof FILE] [--key KEY] [--folder FOLDER] [--lang fr|nl|en]

check: each file is a checkpoint (a signed note), a proof that entries are under one, or a proof that one continues
another (JSON). All checkpoints met are compared with each other. --key: the ledger's public key, as it is published
or printed; without it a signature proves only that somebody signed.
witness: compares a checkpoint with the last one that this witness signed, signs it, and writes it beside as
NAME-SIZE.note, to be given back. The first time it makes a key and prints the line to register. Between two
checkpoints of different sizes it wants the proof that the later continues the earlier.

It says yes (exit 0), or names what does not hold (exit 1); exit 2 when a file cannot be read.
What it cannot see: a deed that was never recorded; whoever holds the ledger's key and no witness, no paper, no
earlier checkpoint is there to contradict.
"""

import argparse
import base64
import hashlib
import itertools
import json
import os
import re
import sys
import time
from pathlib import Path
from typing import Any

SAID: dict[str, tuple[str, str, str]] = {
    "note": (
        "{name} : {size} inscriptions, racine {root}…, signé par {signers}.",
        "{name}: {size} inschrijvingen, wortel {root}…, getekend door {signers}.",
        "{name}: {size} entries, root {root}…, signed by {signers}.",
    ),
    "unknown": (
        "{name} : sans --key, la signature ne prouve pas que c’est celle de la ville.",
        "{name}: zonder --key bewijst de handtekening niet dat het die van de stad is.",
        "{name}: without --key the signature does not prove that it is the city's.",
    ),
    "forged": (
        "{name} : la clé donnée n’a pas signé ce point de contrôle ; il est faux, ou signé avec une autre clé.",
        "{name}: de opgegeven sleutel heeft dit controlepunt niet getekend; het is vals, of met een andere getekend.",
        "{name}: the given key did not sign this checkpoint; it is forged, or signed with another key.",
    ),
    "included": (
        "{name} : {count} inscriptions sont bien sous le point de contrôle de {size}.",
        "{name}: {count} inschrijvingen vallen wel degelijk onder het controlepunt van {size}.",
        "{name}: {count} entries are indeed under the checkpoint of {size}.",
    ),
    "entry": (
        "{name} : l’inscription {index} n’est pas celle du registre ; son texte ou sa preuve a été changé.",
        "{name}: inschrijving {index} is niet die van het register; haar tekst of bewijs werd gewijzigd.",
        "{name}: entry {index} is not the ledger's; its text or its proof was changed.",
    ),
    "continues": (
        "{name} : le registre de {size} inscriptions continue celui de {before}, sans rien changer.",
        "{name}: het register van {size} inschrijvingen zet dat van {before} voort, zonder iets te wijzigen.",
        "{name}: the ledger of {size} entries continues that of {before}, and changes nothing.",
    ),
    "broken": (
        "{name} : le registre de {size} inscriptions ne continue pas celui de {before} : il a été réécrit.",
        "{name}: het register van {size} inschrijvingen zet dat van {before} niet voort: het werd herschreven.",
        "{name}: the ledger of {size} entries does not continue that of {before}: it was written anew.",
    ),
    "split": (
        "{name} et {other} : deux registres de {size} inscriptions avec des racines différentes ; deux lecteurs ont "
        "reçu deux histoires.",
        "{name} en {other}: twee registers van {size} inschrijvingen met andere wortels; twee lezers kregen twee "
        "verhalen.",
        "{name} and {other}: two ledgers of {size} entries with different roots; two readers were told two stories.",
    ),
    "apart": (
        "{name} et {other} sont de deux registres : {origin}, {origins}.",
        "{name} en {other} zijn van twee registers: {origin}, {origins}.",
        "{name} and {other} are of two ledgers: {origin}, {origins}.",
    ),
    "loose": (
        "{name} ({size}) et {other} ({before}) : rien ne montre que l’un continue l’autre ; demandez la preuve.",
        "{name} ({size}) en {other} ({before}): niets toont dat het ene het andere voortzet; vraag het bewijs.",
        "{name} ({size}) and {other} ({before}): nothing shows that one continues the other; ask for the proof.",
    ),
    "shorter": (
        "{name} : {size} inscriptions, mais vous en avez déjà signé {before} : la fin a été coupée, ou une vieille "
        "copie a été remise. Non signé.",
        "{name}: {size} inschrijvingen, maar u tekende er al {before}: het einde werd afgesneden, of een oude kopie "
        "teruggezet. Niet getekend.",
        "{name}: {size} entries, but you have signed {before} already: the end was cut off, or an old copy was put "
        "back. Not signed.",
    ),
    "proof": (
        "Il faut la preuve que {size} inscriptions continuent vos {before} (--proof). Non signé.",
        "Het bewijs is nodig dat {size} inschrijvingen uw {before} voortzetten (--proof). Niet getekend.",
        "The proof is needed that {size} entries continue your {before} (--proof). Not signed.",
    ),
    "new": (
        "Nouveau témoin. Faites enregistrer cette ligne par un auditeur :\n{key}",
        "Nieuwe getuige. Laat een auditor deze regel registreren:\n{key}",
        "A new witness. Have an auditor register this line:\n{key}",
    ),
    "signed": (
        "Signé : {name}. Rendez ce fichier à la ville et gardez-en une copie.",
        "Getekend: {name}. Bezorg dit bestand terug aan de stad en bewaar een kopie.",
        "Signed: {name}. Give this file back to the city and keep a copy.",
    ),
    "none": ("Illisible : {why}", "Onleesbaar: {why}", "This cannot be read: {why}"),
}

# Ed25519 (RFC 8032 §5.1), in extended coordinates: slow, and short enough to be read.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]


def _plus(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c, d = 2 * one[3] * other[3] * D % P, 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(number: int, point: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = _plus(total, point)
        point, number = _plus(point, point), number >> 1
    return total


def _x_of(y: int, sign: int) -> int:
    if y >= P:
        raise ValueError("no point of the curve")
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (not x and sign):
        raise ValueError("no point of the curve")
    return P - x if x & 1 != sign else x


def _point(data: bytes) -> Point:
    number = int.from_bytes(data, "little")
    y, sign = number & (1 << 255) - 1, number >> 255
    x = _x_of(y, sign)
    return x, y, 1, x * y % P


def _bytes(point: Point) -> bytes:
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


_Y = 4 * pow(5, P - 2, P) % P
BASE: Point = (_x_of(_Y, 0), _Y, 1, _x_of(_Y, 0) * _Y % P)


def _number(*parts: bytes) -> int:
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little")


def _scalar(secret: bytes) -> tuple[int, bytes]:
    digest = hashlib.sha512(secret).digest()
    return int.from_bytes(digest[:32], "little") & (1 << 254) - 8 | 1 << 254, digest[32:]


def public_of(secret: bytes) -> bytes:
    """The public key of a secret one, 32 bytes."""
    return _bytes(_times(_scalar(secret)[0], BASE))


def sign(secret: bytes, message: bytes) -> bytes:
    """A signature, 64 bytes."""
    scalar, prefix = _scalar(secret)
    public = public_of(secret)
    number = _number(prefix, message) % L
    point = _bytes(_times(number, BASE))
    return point + ((number + _number(point, public, message) * scalar) % L).to_bytes(32, "little")


def signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a signature is this key's under this message."""
    try:
        key, point = _point(public), _point(signature[:32])
    except ValueError:
        return False
    number = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or number >= L:
        return False
    other = _plus(point, _times(_number(signature[:32], public, message) % L, key))
    return _bytes(_times(number, BASE)) == _bytes(other)


class Unreadable(Exception):
    """A file is none of those that this script reads."""


class Note:
    """A checkpoint (C2SP tlog-checkpoint): name of the ledger, size, root, and its lines of signature."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        body, gap, rest = text.replace("\r\n", "\n").partition("\n\n")
        lines = body.split("\n")
        try:
            self.origin, self.size, self.root = lines[0], int(lines[1]), base64.b64decode(lines[2], validate=True)
        except (IndexError, ValueError) as problem:
            raise Unreadable(f"{name}: {problem}") from problem
        if not gap or len(lines) != 3 or len(self.root) != 32:
            raise Unreadable(f"{name}: not a checkpoint")
        self.body = f"{body}\n"
        self.lines = [line for line in rest.split("\n") if line.startswith("— ")]

    def text(self) -> str:
        """The whole note."""
        return f"{self.body}\n" + "".join(f"{line}\n" for line in self.lines)

    def signed_by(self, key: str) -> bool:
        """Whether a public key (`name+id+key`) signed or cosigned it."""
        name, _plus_sign, rest = key.strip().partition("+")
        data = base64.b64decode(rest.partition("+")[2])
        wanted = hashlib.sha256(f"{name}\n".encode() + data).digest()[:4]
        for line in self.lines:
            found = re.fullmatch(r"— (\S+) (\S+)", line)
            value = base64.b64decode(found[2]) if found else b""
            if not found or found[1] != name or value[:4] != wanted:
                continue
            message = self.body.encode()
            if data[0] == 4:
                message = f"cosignature/v1\ntime {int.from_bytes(value[4:12], 'big')}\n".encode() + message
            if signed(data[1:], message, value[-64:]):
                return True
        return False


def node(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node (RFC 6962 §2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def includes(note: Note, index: int, text: str, path: list[bytes]) -> bool:
    """Whether the path leads from an entry's text to the root (RFC 9162 §2.1.3.2)."""
    here, last, current = index, note.size - 1, hashlib.sha256(b"\x00" + text.encode()).digest()
    if not 0 <= index < note.size:
        return False
    for sibling in path:
        if not last:
            return False
        if here & 1 or here == last:
            current = node(sibling, current)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            current = node(current, sibling)
        here, last = here >> 1, last >> 1
    return not last and current == note.root


def continues(earlier: Note, later: Note, path: list[bytes]) -> bool:
    """Whether the path shows that the later tree begins with the earlier (RFC 9162 §2.1.4.2)."""
    if earlier.size in (0, later.size):
        return not path and (not earlier.size or earlier.root == later.root)
    nodes = [earlier.root, *path] if not earlier.size & (earlier.size - 1) else path
    if earlier.size > later.size or not nodes:
        return False
    here, last = earlier.size - 1, later.size - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    old = new = nodes[0]
    for sibling in nodes[1:]:
        if not last:
            return False
        if here & 1 or here == last:
            old, new = node(sibling, old), node(sibling, new)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            new = node(new, sibling)
        here, last = here >> 1, last >> 1
    return not last and old == earlier.root and new == later.root


class Check:
    """What was found in some files: sentences that are right, sentences that are not."""

    def __init__(self, language: int, key: str) -> None:
        self.language, self.key = language, key
        self.right: list[str] = []
        self.faults: list[str] = []
        self.notes: list[Note] = []
        self.linked: set[tuple[int, int]] = set()

    def say(self, kind: str, **facts: object) -> str:
        """A sentence in the reader's language."""
        return SAID[kind][self.language].format(**facts)

    def read(self, path: Path) -> None:
        """One file, whichever it is."""
        text = path.read_text(encoding="utf-8")
        if not text.lstrip().startswith("{"):
            self.note(Note(path.name, text))
            return
        try:
            document: dict[str, Any] = json.loads(text)
            if document["document"] == "relais-inclusion-1":
                self.inclusion(path.name, document)
            elif document["document"] == "relais-consistency-1":
                self.consistency(path.name, document)
            else:
                raise Unreadable(f"{path.name}: {document['document']}")
        except (KeyError, TypeError, ValueError) as problem:
            raise Unreadable(f"{path.name}: {problem!r}") from problem

    def note(self, note: Note) -> Note:
        """A checkpoint: is it signed by the given key, does it contradict one met before."""
        if self.key and not note.signed_by(self.key):
            self.faults.append(self.say("forged", name=note.name))
        signers = ", ".join(line.split(" ")[1] for line in note.lines) or "–"
        facts = {"name": note.name, "size": note.size, "root": note.root.hex()[:12], "signers": signers}
        self.right.append(self.say("note", **facts))
        for other in self.notes:
            if other.origin != note.origin:
                facts = {"origin": note.origin, "origins": other.origin}
                self.faults.append(self.say("apart", name=note.name, other=other.name, **facts))
            elif other.size == note.size and other.root != note.root:
                self.faults.append(self.say("split", name=note.name, other=other.name, size=note.size))
        self.notes.append(note)
        return note

    def inclusion(self, name: str, document: dict[str, Any]) -> None:
        """Entries and their audit paths."""
        note = self.note(Note(name, document["checkpoint"]))
        for one in document["entries"]:
            path = [bytes.fromhex(digest) for digest in one["path"]]
            if not includes(note, one["leaf_index"], one["text"], path):
                self.faults.append(self.say("entry", name=name, index=one["leaf_index"]))
        self.right.append(self.say("included", name=name, count=len(document["entries"]), size=note.size))

    def consistency(self, name: str, document: dict[str, Any]) -> None:
        """Two checkpoints, of which the second continues the first."""
        earlier, later = (self.note(Note(name, document[one])) for one in ("earlier", "later"))
        kind = "continues"
        if not continues(earlier, later, [bytes.fromhex(digest) for digest in document["path"]]):
            kind = "broken"
        (self.right if kind == "continues" else self.faults).append(
            self.say(kind, name=name, size=later.size, before=earlier.size)
        )
        self.linked.add((earlier.size, later.size))

    def loose_ends(self) -> None:
        """Checkpoints of different sizes between which no proof was shown."""
        named = {note.size: note.name for note in self.notes}
        sizes = sorted(named)
        for before, size in itertools.pairwise(sizes):
            if (before, size) not in self.linked:
                facts = {"name": named[size], "other": named[before], "size": size, "before": before}
                self.right.append(self.say("loose", **facts))


def witness(check: Check, name: str, path: Path, proof: Path | None, folder: Path) -> None:
    """Compare a checkpoint with the last one signed, sign it, and write it beside."""
    if not re.fullmatch(r"[^\s+/\\]{1,100}", name):
        raise Unreadable(f"{name!r}: a name without spaces, plus signs and slashes")
    folder.mkdir(parents=True, exist_ok=True)
    secret_file, last_file = folder / f"{name}.secret", folder / f"{name}.last"
    if not secret_file.exists():
        with os.fdopen(os.open(secret_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
            handle.write(os.urandom(32).hex())
    secret = bytes.fromhex(secret_file.read_text())
    data = b"\x04" + public_of(secret)
    key_id = hashlib.sha256(f"{name}\n".encode() + data).digest()[:4]
    note = check.note(Note(path.name, path.read_text(encoding="utf-8")))
    if last_file.exists():
        last = check.note(Note(last_file.name, last_file.read_text(encoding="utf-8")))
        if proof is not None:
            check.read(proof)
        roots = {(one.size, one.root) for one in check.notes}
        facts = {"name": note.name, "size": note.size, "before": last.size}
        if note.size < last.size:
            check.faults.append(check.say("shorter", **facts))
        elif note.size > last.size and ((last.size, note.size) not in check.linked or len(roots) != 2):
            check.faults.append(check.say("proof", **facts))
    if check.faults:
        return
    moment = int(time.time())
    value = sign(secret, f"cosignature/v1\ntime {moment}\n{note.body}".encode())
    note.lines.append(f"— {name} {base64.b64encode(key_id + moment.to_bytes(8, 'big') + value).decode()}")
    if not last_file.exists():
        check.right.append(check.say("new", key=f"{name}+{key_id.hex()}+{base64.b64encode(data).decode()}"))
    last_file.write_text(note.text(), encoding="utf-8")
    target = path.with_name(f"{name}-{note.size}.note")
    target.write_text(note.text(), encoding="utf-8")
    check.right.append(check.say("signed", name=target.name))


def main(arguments: list[str]) -> int:
    """Check what was asked and say it."""
    parser = argparse.ArgumentParser(description=str(__doc__), formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="verb", required=True)
    spoken = os.environ.get("LANG", "")[:2]
    for verb in ("check", "witness"):
        one = verbs.add_parser(verb)
        one.add_argument("--key", default="")
        one.add_argument("--lang", choices=["fr", "nl", "en"], default=spoken if spoken in ("fr", "nl") else "en")
        if verb == "check":
            one.add_argument("files", nargs="+", type=Path)
        else:
            one.add_argument("name")
            one.add_argument("note", type=Path)
            one.add_argument("--proof", type=Path)
            one.add_argument("--folder", type=Path, default=Path("."))
    asked = parser.parse_args(arguments)
    check = Check(["fr", "nl", "en"].index(asked.lang), asked.key)
    try:
        if asked.verb == "check":
            for path in asked.files:
                check.read(path)
            check.loose_ends()
            if not asked.key:
                check.right.append(check.say("unknown", name=check.notes[0].name))
        else:
            witness(check, asked.name, asked.note, asked.proof, asked.folder)
    except (Unreadable, OSError, ValueError) as problem:
        sys.stderr.write(check.say("none", why=problem) + "\n")
        return 2
    sys.stdout.write("".join(f"{sentence}\n" for sentence in check.faults or check.right))
    return 1 if check.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
