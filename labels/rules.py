"""What the database itself refuses about labels: a run that was begun and goes back to the beginning."""

from __future__ import annotations

from inventory.ledger.rules import Rule

_BACK = "(OLD.state = 'sending' AND NEW.state = 'waiting') OR (OLD.state = 'sent' AND NEW.state <> 'sent')"
LABEL_RULES: list[Rule] = [
    Rule("relais_print_run_once", "labels_printrun", "UPDATE", "labels that are leaving never wait again", _BACK),
]
