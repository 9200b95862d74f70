"""Calls of archives, elimination lists and holds that succeed for whoever may make them."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from inventory.privacy.eliminations import carry_out, draw_up, hold_record, record_authorisation
from tests.inventory.privacy.archives import old
from tests.people import People, person

_ONE = "/privacy/eliminations/{number}"

# Who may: the data protection officer acts, auditors read.
OF_ARCHIVES = {
    **{f"GET /privacy/{what}": "OU" for what in ("register", "register/paper", "retention", "retention/due")},
    "GET /privacy/eliminations": "OU",
    "GET /privacy/holds": "OU",
    **{f"GET {_ONE}{what}": "OU" for what in ("", "/lines", "/csv", "/paper")},
    "POST /privacy/eliminations": "O",
    "POST /privacy/holds": "O",
    "POST /privacy/holds/lift": "O",
    **{f"POST {_ONE}/{act}": "O" for act in ("authorise", "carry-out", "withdraw", "sample")},
}


def archive_calls(people: People) -> dict[str, dict[str, Any]]:
    """For each operation a call; what is carried out was drawn up by a deputy."""
    deputy, today = person("data_protection_officer", "deputy"), timezone.localdate()
    old()
    numbered = draw_up("requests", actor=deputy).number
    record_authorisation(numbered, actor=deputy, authorisation="AGR 2026/1", on=today)
    old()
    done = draw_up("requests", actor=deputy).number
    record_authorisation(done, actor=deputy, authorisation="AGR 2026/3", on=today)
    carry_out(done, actor=people.data_protection_officer)
    old()
    waiting = {"number": draw_up("requests", actor=deputy).number}
    old()
    free, held = (one.reference for one in old(2))
    hold_record("request", held, actor=deputy, why="audit")
    return {
        **{f"GET {_ONE}{what}": {"in": waiting} for what in ("", "/lines", "/csv", "/paper")},
        "POST /privacy/eliminations": {"body": {"record_class": "requests"}},
        f"POST {_ONE}/authorise": {"in": waiting, "body": {"authorisation": "AGR 2", "on": today.isoformat()}},
        f"POST {_ONE}/carry-out": {"in": {"number": numbered}},
        f"POST {_ONE}/sample": {"in": {"number": done}},
        f"POST {_ONE}/withdraw": {"in": waiting, "body": {"why": "later"}},
        "POST /privacy/holds": {"body": {"kind": "request", "key": free, "why": "claim"}},
        "POST /privacy/holds/lift": {"body": {"kind": "request", "key": held}},
    }
