"""Who may do what: each role of the trade as a set of permission words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.lifecycle import Word as W


@dataclass(frozen=True, slots=True)
class Role:
    """A role people hold, and the words it carries."""

    name: str
    label: Promise
    words: frozenset[str]


def _role(name: str, label: Promise, *words: W) -> Role:
    return Role(name, label, frozenset(words))


ROLES: dict[str, Role] = {
    role.name: role
    for role in (
        _role(
            "technician",
            _("Technician"),
            W.READ_DEVICES,
            W.RECEIVE,
            W.INSPECT,
            W.SANITISE,
            W.REFURBISH,
            W.STORE,
            W.LABEL,
            W.QUARANTINE,
            W.DECLARE,
        ),
        _role("verifier", _("Verifier"), W.READ_DEVICES, W.VALIDATE, W.SANITISE),
        _role("driver", _("Driver"), W.READ_DEVICES, W.COLLECT),
        _role(
            "warehouse_keeper",
            _("Warehouse keeper"),
            W.READ_DEVICES,
            W.READ_REQUESTS,
            W.DECLARE,
            W.COLLECT,
            W.RECEIVE,
            W.STORE,
            W.LABEL,
            W.HAND_OVER,
            W.TAKE_BACK,
            W.QUARANTINE,
            W.RECYCLE,
            W.WRITE_OFF,
        ),
        _role(
            "counter_clerk",
            _("Counter clerk"),
            W.READ_REQUESTS,
            W.REGISTER_ASSOCIATION,
            W.REQUEST_FOR_OTHERS,
            W.PERSONAL_DATA,
        ),
        _role(
            "programme_officer",
            _("Programme officer"),
            W.READ_DEVICES,
            W.READ_REQUESTS,
            W.REGISTER_ASSOCIATION,
            W.DECIDE_ELIGIBILITY,
            W.ALLOCATE,
            W.DECLARE,
            W.PERSONAL_DATA,
        ),
        _role(
            "approver",
            _("Approver"),
            W.READ_DEVICES,
            W.READ_REQUESTS,
            W.DECIDE,
            W.DECIDE_ELIGIBILITY,
            W.POLICY,
            W.PERSONAL_DATA,
        ),
        _role("auditor", _("Auditor"), W.READ_DEVICES, W.READ_REQUESTS, W.AUDIT),
        _role("association_member", _("Association member"), W.REQUEST),
        _role("data_protection_officer", _("Data protection officer"), W.PERSONAL_DATA, W.POLICY, W.ERASE),
        _role("administrator", _("Administrator"), W.ADMINISTER),
    )
}
