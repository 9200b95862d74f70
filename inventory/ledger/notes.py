"""Checkpoints as text: C2SP signed notes of a tree's size and root, with Ed25519 signatures and cosignatures.

Formats: C2SP signed-note, tlog-checkpoint, tlog-cosignature (cosignature/v1) and tlog-proof. No table, no file.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

# Kinds of signature, as they stand in keys and key ids (C2SP signed-note).
ED25519, COSIGNATURE = 1, 4
_LINE = re.compile(r"— (?P<name>[^\s+]+) (?P<signature>[A-Za-z0-9+/]+={0,2})")
_NAME = re.compile(r"[^\s+]{1,100}")
MOST_BYTES = 20_000


@dataclass(frozen=True, slots=True)
class Signature:
    """One line of signature: the key's name and id (hexadecimal), and the bytes after the id."""

    name: str
    key_id: str
    value: bytes

    def line(self) -> str:
        """The line, without its end."""
        return f"— {self.name} {base64.b64encode(bytes.fromhex(self.key_id) + self.value).decode()}"


@dataclass(frozen=True, slots=True)
class Note:
    """A checkpoint: which ledger, how many entries, the root (hexadecimal), and who signed."""

    origin: str
    size: int
    root: str
    signatures: list[Signature] = field(default_factory=list)

    @property
    def body(self) -> str:
        """What is signed: three lines (C2SP tlog-checkpoint)."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(bytes.fromhex(self.root)).decode()}\n"

    def text(self) -> str:
        """The whole note."""
        return f"{self.body}\n" + "".join(f"{one.line()}\n" for one in self.signatures)


@dataclass(frozen=True, slots=True)
class Key:
    """A public key: whose, for which kind of signature, its 32 bytes."""

    name: str
    kind: int
    public: bytes

    @property
    def key_id(self) -> str:
        """The first four bytes of SHA-256 over name, line feed, kind and key, in hexadecimal."""
        return hashlib.sha256(f"{self.name}\n".encode() + bytes([self.kind]) + self.public).digest()[:4].hex()

    def text(self) -> str:
        """One line: `name+id+key`, as C2SP writes verifier keys."""
        return f"{self.name}+{self.key_id}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"


def parse_note(text: str) -> Note:
    """The note in a text. Raises ValueError when it is none; signatures of unknown kinds are kept unread."""
    plain = text.replace("\r\n", "\n").lstrip("\ufeff")
    body, gap, rest = plain.partition("\n\n")
    lines = body.split("\n")
    if not gap or len(lines) != 3 or len(plain.encode()) > MOST_BYTES:
        raise ValueError("no checkpoint: three lines, an empty one, signatures")
    origin, size, root = lines
    if not origin.strip() or not re.fullmatch("0|[1-9][0-9]{0,17}", size):
        raise ValueError("no checkpoint: its second line is no number of entries")
    digest = _decoded(root)
    if len(digest) != 32:
        raise ValueError("no checkpoint: its third line is no root")
    signatures = []
    for line in rest.split("\n"):
        found = _LINE.fullmatch(line.rstrip())
        if found:
            value = _decoded(found["signature"])
            signatures.append(Signature(found["name"], value[:4].hex(), value[4:]))
        elif line.strip():
            raise ValueError("no checkpoint: a line after the empty one is no signature")
    return Note(origin, int(size), digest.hex(), signatures)


def parse_key(text: str) -> Key:
    """The public key in a line `name+id+key`. Raises ValueError when it is none, or its id does not fit."""
    name, _plus, rest = text.strip().partition("+")
    key_id, _plus, encoded = rest.partition("+")
    data = _decoded(encoded)
    if not _NAME.fullmatch(name) or len(data) != 33 or data[0] not in (ED25519, COSIGNATURE):
        raise ValueError("no public key: name+id+key")
    key = Key(name, data[0], data[1:])
    if key.key_id != key_id:
        raise ValueError("the id of the key does not fit its name and its bytes")
    return key


def signed_message(note: Note, kind: int, value: bytes) -> bytes:
    """The bytes that a signature of this kind signs; a cosignature begins with the moment it was given."""
    if kind == COSIGNATURE:
        return f"cosignature/v1\ntime {moment_of(value)}\n{note.body}".encode()
    return note.body.encode()


def moment_of(value: bytes) -> int:
    """When a cosignature was given, in seconds since 1970 UTC."""
    return int.from_bytes(value[:8], "big")


def signature_by(note: Note, key: Key) -> Signature | None:
    """The valid signature of a key under a note, None when there is none."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    length = 72 if key.kind == COSIGNATURE else 64
    for one in note.signatures:
        if (one.name, one.key_id, len(one.value)) != (key.name, key.key_id, length):
            continue
        try:
            public = Ed25519PublicKey.from_public_bytes(key.public)
            public.verify(one.value[-64:], signed_message(note, key.kind, one.value))
        except (InvalidSignature, ValueError):
            continue
        return one
    return None


def proof_text(index: int, path: Sequence[bytes], note: str) -> str:
    """That a leaf is in the tree of a checkpoint, as C2SP tlog-proof writes it: short enough for a QR code."""
    hashes = "".join(f"{base64.b64encode(one).decode()}\n" for one in path)
    return f"c2sp.org/tlog-proof@v1\nindex {index}\n{hashes}\n{note}"


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as problem:
        raise ValueError("no base64") from problem
