"""The key that signs checkpoints: made once and kept in a file that only the service reads, or given by hand."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from inventory.ledger.notes import ED25519, Key, Note, Signature, signed_message


@dataclass(frozen=True, slots=True)
class Signer:
    """A secret key (32 bytes) and the name it signs under."""

    name: str
    secret: bytes

    @property
    def key(self) -> Key:
        """The public half."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        public = Ed25519PrivateKey.from_private_bytes(self.secret).public_key()
        return Key(self.name, ED25519, public.public_bytes_raw())

    def signed(self, note: Note) -> Note:
        """The note with one signature more."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        value = Ed25519PrivateKey.from_private_bytes(self.secret).sign(signed_message(note, ED25519, b""))
        mine = Signature(self.name, self.key.key_id, value)
        return Note(note.origin, note.size, note.root, [*note.signatures, mine])


def signer() -> Signer:
    """The key of this installation; made at the first use. Raises ImproperlyConfigured when what is given is none."""
    given = settings.RELAIS_CHECKPOINT_KEY
    secret = _read(given, "RELAIS_CHECKPOINT_KEY") if given else _kept()
    return Signer(settings.RELAIS_CHECKPOINT_ORIGIN, secret)


def replace_key() -> tuple[Signer, Signer]:
    """Put a new key in the place of the kept one; the old one and the new one.

    The old file stays beside it, for nobody can sign a last time with what is gone; delete it once the checkpoint
    that both signed is with the auditors. Raises ImproperlyConfigured when the key comes from the environment.
    """
    if settings.RELAIS_CHECKPOINT_KEY:
        raise ImproperlyConfigured("The key comes from RELAIS_CHECKPOINT_KEY: change it there, and start again.")
    old, path = signer(), key_file()
    path.rename(path.with_name(f"{path.name}.{old.key.key_id}"))
    return old, signer()


def key_file() -> Path:
    """Where the key is kept."""
    return Path(settings.RELAIS_CHECKPOINT_KEY_FILE)


def _kept() -> bytes:
    path = key_file()
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Whole or not at all, and never two: of two processes at the first start one finds the other's.
        part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(base64.b64encode(secrets.token_bytes(32)).decode() + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(part, path)
        except FileExistsError:
            pass
        finally:
            part.unlink()
    return _read(path.read_text(), str(path))


def _read(text: str, place: str) -> bytes:
    try:
        secret = base64.b64decode(text.strip(), validate=True)
    except binascii.Error:
        secret = b""
    if len(secret) != 32:
        raise ImproperlyConfigured(f"{place} must hold 32 bytes in base64, such as `openssl rand -base64 32` gives.")
    return secret
