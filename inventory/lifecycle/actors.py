"""Who acts, as far as the domain needs to know; `backend.accounts` supplies the real user."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Word(StrEnum):
    """A permission word: what a role may do. Rows of the lifecycle name them in `needs`."""

    DECLARE = "declare"
    COLLECT = "collect"
    RECEIVE = "receive"
    INSPECT = "inspect"
    SANITISE = "sanitise"
    VALIDATE = "validate"
    REFURBISH = "refurbish"
    STORE = "store"
    QUARANTINE = "quarantine"
    RECYCLE = "recycle"
    WRITE_OFF = "write_off"
    ALLOCATE = "allocate"
    DECIDE = "decide"
    HAND_OVER = "hand_over"
    TAKE_BACK = "take_back"
    LABEL = "label"
    REGISTER_ASSOCIATION = "register_association"
    DECIDE_ELIGIBILITY = "decide_eligibility"
    REQUEST = "request"
    REQUEST_FOR_OTHERS = "request_for_others"
    READ_DEVICES = "read_devices"
    READ_REQUESTS = "read_requests"
    POLICY = "policy"
    AUDIT = "audit"
    PERSONAL_DATA = "personal_data"
    ERASE = "erase"
    ADMINISTER = "administer"

    @property
    def label(self) -> Promise:
        """What the word allows, in the reader's language."""
        return WORD_LABELS[self]


WORD_LABELS: dict[Word, Promise] = {
    Word.DECLARE: _("declare devices"),
    Word.COLLECT: _("collect devices"),
    Word.RECEIVE: _("receive devices"),
    Word.INSPECT: _("inspect devices"),
    Word.SANITISE: _("sanitise storage media"),
    Word.VALIDATE: _("validate sanitisation"),
    Word.REFURBISH: _("refurbish devices"),
    Word.STORE: _("store and move devices"),
    Word.QUARANTINE: _("quarantine devices"),
    Word.RECYCLE: _("send devices to recycling"),
    Word.WRITE_OFF: _("report devices lost or found"),
    Word.ALLOCATE: _("allocate devices"),
    Word.DECIDE: _("decide on requests"),
    Word.HAND_OVER: _("hand devices over"),
    Word.TAKE_BACK: _("take devices back"),
    Word.LABEL: _("print labels"),
    Word.REGISTER_ASSOCIATION: _("register associations"),
    Word.DECIDE_ELIGIBILITY: _("decide on eligibility"),
    Word.REQUEST: _("ask for equipment"),
    Word.REQUEST_FOR_OTHERS: _("enter requests for associations"),
    Word.READ_DEVICES: _("see devices"),
    Word.READ_REQUESTS: _("see requests"),
    Word.POLICY: _("decide on the sanitisation policy and its exceptions"),
    Word.AUDIT: _("audit the ledger"),
    Word.PERSONAL_DATA: _("handle personal data"),
    Word.ERASE: _("erase personal data"),
    Word.ADMINISTER: _("administer accounts"),
}


class TheHouse:
    """Acts when nobody does: the worker that notices that time has passed. It holds no word."""

    pk = None
    key = "system"
    channel = "system"

    def holds(self, word: str) -> bool:
        """Nothing."""
        return False


class Actor(Protocol):
    """Somebody who acts. `key` is a pseudonym that stands in the ledger instead of a name."""

    pk: Any
    key: str
    # How the deed reached us: desk, api, import, system.
    channel: str

    def holds(self, word: str) -> bool:
        """Whether one of the actor's roles carries this permission word."""
        ...
