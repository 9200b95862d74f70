"""The stand-alone certificate, asked before a result is given out: an uncertified round is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from inventory.allocation import certify_round
from inventory.allocation.ladder.results import written
from inventory.errors import RuleBroken

SCRIPT = Path(certify_round.__file__)


def certified(round_file: bytes, result: dict[str, Any]) -> dict[str, Any]:
    """The same result, once the certificate says yes. Refuses (RuleBroken) a result that it does not prove."""
    # As an auditor has it: two files read from their bytes, nothing shared with the engine.
    faults = certify_round.check(json.loads(round_file), json.loads(written(result)))
    if faults:
        raise RuleBroken(_("The certificate refuses this result: %(fault)s"), fault=faults[0])
    return result
