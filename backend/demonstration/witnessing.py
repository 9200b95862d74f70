"""Checkpoints in the demonstration: one a month, and a witness elsewhere who signs them with a file and the script."""

from __future__ import annotations

import hashlib

from django.utils import timezone

from backend.demonstration.clock import Course
from backend.demonstration.people import House
from inventory.ledger.checkpoints import make_checkpoint
from inventory.ledger.notes import COSIGNATURE, Key, Signature, parse_note
from inventory.ledger.witnesses import receive_note, register_witness
from inventory.reports import verify_checkpoint
from inventory.reports.definitions.commands import define_report
from inventory.reports.filters import Filter

NAME = "archives.voorbeeld.example"
# Invented like everything here: a real witness makes its own key and shows it to nobody.
SECRET = hashlib.sha256(NAME.encode()).digest()


def witnessing(house: House) -> Course:
    """A checkpoint each month; what the witness signed comes back three days later. The auditor keeps a report."""
    key = Key(NAME, COSIGNATURE, verify_checkpoint.public_of(SECRET))
    register_witness(key.text(), actor=house.auditor)
    define_report(
        "Ordinateurs portables, chaque trimestre", actor=house.auditor, wanted=Filter(kind=("laptop",)), language="fr"
    )
    while True:
        note = parse_note(make_checkpoint(actor=house.auditor).note)
        yield 3
        moment = int(timezone.now().timestamp())
        message = f"cosignature/v1\ntime {moment}\n{note.body}".encode()
        value = moment.to_bytes(8, "big") + verify_checkpoint.sign(SECRET, message)
        line = Signature(NAME, key.key_id, value).line()
        receive_note(f"{note.text()}{line}\n", actor=house.auditor)
        yield 27
