"""Every field that could hold personal data, declared: for which processing, or why it holds none.

A test walks all tables and fails on a field that stands in neither list. Relations to an account need no line: they
say who did something ("acts"), unless a line here says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.privacy.processings import PROCESSINGS

# Table -> field -> processing.
PERSONAL: Final[dict[str, dict[str, str]]] = {
    "inventory.Contact": dict.fromkeys(("name", "function", "email", "mobile"), "contacts"),
    # Of a de-facto association these are a person's own.
    "inventory.Association": dict.fromkeys(("name", "search", "street", "email", "telephone"), "contacts"),
    "inventory.Membership": {"user": "contacts"},
    "inventory.Cluster": {"reason": "contacts"},
    "inventory.Request": dict.fromkeys(("purpose", "evidence", "missing"), "requests"),
    "inventory.Filing": {"answers": "requests"},
    "inventory.Letter": {"content": "requests"},
    "inventory.Eligibility": {"reasons": "requests"},
    "inventory.Decision": {"reasons": "requests"},
    "inventory.RoundDecision": dict.fromkeys(("reasons_fr", "reasons_nl"), "requests"),
    "inventory.Pin": {"words": "requests"},
    "inventory.ComplaintAnswer": {"words": "requests"},
    "inventory.SubjectRequest": {"name": "rights", "reach": "rights"},
    "inventory.Interest": {"person": "interests"},
    "inventory.Agreement": {"association_function": "signatories", "association_signatory": "signatories"},
    "inventory.AfterEvent": {"words": "requests"},
    "inventory.CustodyHandover": {"released_function": "signatories"},
    "inventory.CustodySignature": {"function": "signatories", "person": "signatories"},
    "inventory.StoredFile": {"name": "signatories"},
    "inventory.PickupRequest": dict.fromkeys(("contact_function", "contact_phone", "access", "reason"), "pickups"),
    # Erased when the message is settled.
    "inventory.FoundReport": {"answer_to": "finders", "place": "finders"},
    "accounts.User": dict.fromkeys(
        ("username", "first_name", "last_name", "email", "password", "pin_hash"), "accounts"
    ),
    "accounts.ApiToken": {"user": "accounts", "name": "accounts"},
    "account.EmailAddress": {"user": "accounts", "email": "accounts"},
    "inventory.PrivatePayload": {"payload": "acts"},
    "inventory.ClearException": {"reason": "acts"},
    "inventory.CustodyException": {"facts": "acts"},
    "admin.LogEntry": {"user": "acts", "object_repr": "acts", "change_message": "acts"},
    "imports.ImportRun": {"name": "lists"},
    "imports.StagedRow": dict.fromkeys(("values", "changes", "problems", "notices"), "lists"),
    "inventory.EvidenceItem": {"name": "lists"},
    "inventory.ScanRow": {"text": "lists"},
    "inventory.Job": {"place": "lists"},
    "accounts.RememberedAnswer": {"user": "visits", "body": "visits"},
    "sessions.Session": {"session_data": "visits"},
}

CODES = _("Codes, counts and numbers that programs write")
THINGS = _("Describes a device, a storage medium, a place or a paper")
DIGESTS = _("A fingerprint, a key or a seed of the house")
BODIES = _("Names a department, an organisation or a document")
FRAME = _("A table of the framework without people")

# Table -> field -> why it holds none.
NOT_PERSONAL: Final[dict[str, dict[str, Promise]]] = {
    "accounts.ApiToken": {"sha256": DIGESTS, "only": CODES},
    "accounts.RememberedAnswer": {"key": DIGESTS, "request_sha256": DIGESTS, "content_type": CODES},
    "inventory.Association": {"municipality": BODIES, "publics": CODES},
    "inventory.RequestLine": {"substitutes": CODES},
    "inventory.Location": {"name_fr": THINGS, "name_nl": THINGS},
    "inventory.Device": {
        **dict.fromkeys(("manufacturer", "model", "serial", "serial_key", "inventory_number", "board_serial"), THINGS),
        **dict.fromkeys(("processor", "search"), THINGS),
        **dict.fromkeys(("department", "act_reference"), BODIES),
    },
    "inventory.Medium": dict.fromkeys(("manufacturer", "model", "serial", "serial_key", "place"), THINGS),
    "inventory.Merge": dict.fromkeys(("reason", "likeness", "filled", "media", "no_data", "split_reason"), CODES),
    "inventory.Reservation": {"release_reason": CODES},
    "inventory.StoredFile": {"sha256": DIGESTS, "media_type": CODES},
    "inventory.NumberSeries": {"name": CODES},
    "inventory.PointsPolicy": {"bands": CODES, "reference": BODIES},
    "inventory.FrozenPool": {"commitment": DIGESTS, "numbers": CODES},
    "inventory.Pin": {"reason": CODES, "bill": CODES},
    "inventory.RoundDecision": {"certificate_sha256": DIGESTS},
    "inventory.Sealing": {"seal": THINGS, "seal_found": THINGS, "contents": CODES, "sha256": DIGESTS},
    "inventory.Vehicle": {"name": THINGS},
    "inventory.Manifest": {"department": BODIES, "place": THINGS},
    "inventory.CustodyHandover": {"place": THINGS, "seal": THINGS},
    "inventory.PickupInvitation": {"department": BODIES},
    "inventory.PickupRequest": {"department": BODIES, "place": THINGS, "quantities": CODES},
    "inventory.RecyclingRecord": {"collector": BODIES, "document": BODIES},
    "inventory.Agreement": {"signed_how": CODES},
    "inventory.AgreementItem": dict.fromkeys(("end_reason", "accessories", "accessories_back"), CODES),
    "inventory.BankCheck": {"reference": BODIES},
    "inventory.Transmission": {"reference": BODIES},
    "inventory.AgreementWording": {"source": BODIES, "based_on": CODES},
    "inventory.Job": {"facts": CODES, "failure": CODES},
    "inventory.Valuation": {"source": BODIES, "reason": THINGS},
    "inventory.Statement": {"reason": CODES, "sha256": DIGESTS},
    "inventory.EliminationList": {"rule": CODES, **dict.fromkeys(("rule_sha256", "lines_sha256"), DIGESTS)},
    "inventory.EliminationLine": {"rank": DIGESTS},
    "inventory.EliminatedFile": {"sha256": DIGESTS},
    "inventory.Entry": {"event": CODES, "evidence_sha256": DIGESTS, "body": CODES},
    "inventory.Leaf": {"leaf_hash": DIGESTS},
    "inventory.Subtree": {"digest": DIGESTS},
    "inventory.PrivatePayload": {"salt": DIGESTS},
    "inventory.Checkpoint": dict.fromkeys(("origin", "root", "note", "key"), DIGESTS),
    "inventory.Witness": {"name": BODIES, "key": DIGESTS},
    "inventory.Cosignature": {"line": DIGESTS},
    "inventory.TestResult": {"reason": THINGS},
    "inventory.ReportDefinition": {"name": BODIES, "name_key": BODIES, "filters": CODES},
    "inventory.Sample": {"text": CODES, "sha256": DIGESTS, "seed": DIGESTS},
    "inventory.SampleItem": {"key": CODES, "rank": DIGESTS},
    "inventory.ScanSession": {"settled": CODES},
    "inventory.ScanRow": {"why": CODES, "facts": CODES},
    "inventory.EvidenceItem": {"sha256": DIGESTS, "drives": THINGS, "refusal": CODES},
    "inventory.Sanitisation": {
        **dict.fromkeys(("method", "tool", "matched_by_hand"), CODES),
        "reasons": THINGS,
        "exception_reference": BODIES,
    },
    "inventory.Destruction": {"batch": THINGS},
    "inventory.Certificate": {"facts": THINGS},
    "inventory.CertificateWithdrawal": {"reason": CODES},
    "inventory.SecondCheckPeriod": {"population": CODES, "population_sha256": DIGESTS, "seed": DIGESTS},
    "inventory.SecondCheck": {"rank_sha256": DIGESTS, "tool": CODES},
    "inventory.QuarantinedBatch": {"tool": CODES, "model": THINGS, "reason": CODES},
    "inventory.SanitisationPolicy": {"edition": CODES, "suffices": CODES},
    "labels.LabelPaper": {"name": THINGS},
    "labels.Printer": {"name": THINGS, "host": THINGS},
    "labels.PrintRun": {"design": CODES, "codes": CODES},
    "imports.ImportRun": {
        **dict.fromkeys(("sha256", "rows_sha256"), DIGESTS),
        **dict.fromkeys(("written", "mapping", "choice", "counts"), CODES),
        **dict.fromkeys(("mapped_for", "act_reference"), BODIES),
    },
    "imports.SavedMapping": {"department": BODIES, "headings_sha256": DIGESTS, "fields": CODES},
    "imports.StagedRow": {"number_key": THINGS, "serial_key": THINGS},
    "account.EmailConfirmation": {"key": DIGESTS},
    "admin.LogEntry": {"object_id": CODES},
    "auth.Permission": {"name": FRAME, "codename": FRAME},
    "auth.Group": {"name": FRAME},
    "contenttypes.ContentType": {"app_label": FRAME, "model": FRAME},
}

# What cannot be judged by its length: words in a field's name that speak of people.
_TELLING: Final = (
    *("name", "mail", "phone", "mobile", "note", "function", "sign", "reason", "remark", "contact"),
    *("street", "person", "address", "comment", "birth", "national", "iban"),
)
_WIDE: Final = (models.TextField, models.JSONField, models.BinaryField, models.FileField, models.GenericIPAddressField)
# So short a text is a code.
_SHORT = 60


def could_be_personal(field: Any) -> bool:
    """Whether a field must be declared: free text, long text, a file, an address, or a name that speaks of people."""
    if field.is_relation:
        return False
    if isinstance(field, _WIDE):
        return True
    told = any(word in field.name for word in _TELLING)
    return isinstance(field, models.CharField) and (told or (field.max_length or _SHORT) >= _SHORT)


def undeclared() -> list[str]:
    """Fields that could hold personal data and stand in neither list, as `app.Model.field`."""
    return [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.local_fields
        if could_be_personal(field) and not _declared(model._meta.label, field.name)
    ]


def stale() -> list[str]:
    """Lines of the two lists without a field, or in both, or for a processing that is none."""
    wrong = []
    for label in (*PERSONAL, *NOT_PERSONAL):
        there = {field.name for field in apps.get_model(label)._meta.local_fields}
        lines: list[str] = [*PERSONAL.get(label, {}), *NOT_PERSONAL.get(label, {})]
        wrong += [f"{label}.{name}" for name in lines if name not in there]
    for label, given in PERSONAL.items():
        wrong += [f"{label}.{name}" for name in given if name in NOT_PERSONAL.get(label, {})]
        wrong += [f"{label}.{name}" for name, code in given.items() if code not in PROCESSINGS]
    return wrong


def held_for(code: str) -> list[tuple[type[models.Model], str]]:
    """The tables and fields of a processing, relations to accounts included."""
    return [(model, name) for model, name, processing in declared() if processing == code]


def declared() -> Iterator[tuple[type[models.Model], str, str]]:
    """Every field that holds personal data: its table, its name, its processing."""
    account = get_user_model()
    for model in apps.get_models():
        lines = PERSONAL.get(model._meta.label, {})
        for field in model._meta.local_fields:
            if field.name in lines:
                yield model, field.name, lines[field.name]
            elif field.is_relation and field.related_model is account:
                yield model, field.name, "acts"


def _declared(label: str, name: str) -> bool:
    return name in PERSONAL.get(label, {}) or name in NOT_PERSONAL.get(label, {})
