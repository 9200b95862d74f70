"""What the database itself refuses about the register and its archives: changed looks, letters and requests gone."""

from __future__ import annotations

from typing import Final

from inventory.ledger.rules import Rule, append_only

# Of an elimination list `e` (`inventory/privacy`): it may be carried out now.
AUTHORISED: Final = "e.authorisation <> '' AND e.withdrawn_at IS NULL AND e.carried_out_at IS NULL"
ONLY_LISTED: Final = "archives are destroyed only by a list that the State Archivist authorised"


def _unlisted(kind: str, key: str) -> str:
    return (
        "NOT EXISTS (SELECT 1 FROM inventory_eliminationline l "  # noqa: S608  # names of columns
        f"JOIN inventory_eliminationlist e ON e.id = l.list_id WHERE l.kind = '{kind}' AND l.key = {key} "
        f"AND l.outcome = 'destroyed' AND {AUTHORISED})"
    )


def request_unlisted(request: str) -> str:
    """SQL that holds unless an authorised list, being carried out, destroys the request with this id."""
    return _unlisted("request", f"(SELECT q.reference FROM inventory_request q WHERE q.id = {request})")  # noqa: S608


_LETTER: Final = f"{request_unlisted('NEW.request_id')} AND {_unlisted('letter', 'NEW.number')}"

ASSOCIATION_RULES: list[Rule] = [
    *append_only("inventory_bankcheck", "a look into the Crossroads Bank"),
    *(
        Rule(f"relais_{table}_no_delete", f"inventory_{table}", "DELETE", ONLY_LISTED)
        for table in ("request", "requestline", "filing", "letter")
    ),
    Rule(
        "relais_request_archive",
        "inventory_request",
        "UPDATE",
        ONLY_LISTED,
        f"NEW.purpose = '' AND OLD.purpose <> '' AND {_unlisted('request', 'NEW.reference')}",
    ),
    Rule(
        "relais_filing_archive",
        "inventory_filing",
        "UPDATE",
        ONLY_LISTED,
        "((NEW.paper_id IS NULL AND OLD.paper_id IS NOT NULL) OR (CAST(NEW.answers AS TEXT) = '{}' "
        f"AND CAST(OLD.answers AS TEXT) <> '{{}}')) AND {request_unlisted('NEW.request_id')}",
    ),
    Rule(
        "relais_letter_archive",
        "inventory_letter",
        "UPDATE",
        ONLY_LISTED,
        "((NEW.paper_id IS NULL AND OLD.paper_id IS NOT NULL) OR (CAST(NEW.content AS TEXT) LIKE '%\"destroyed\":%' "
        f"AND CAST(OLD.content AS TEXT) NOT LIKE '%\"destroyed\":%')) AND {_LETTER}",
    ),
]
