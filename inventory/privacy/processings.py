"""Why we hold personal data: the register's processings, with legal basis, recipients and term (GDPR art. 30)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PUBLIC_TASK: Final = _("Task in the public interest (GDPR art. 6(1)(e))")
LEGAL_DUTY: Final = _("Legal obligation (GDPR art. 6(1)(c))")
CITY_STAFF: Final = _("Staff of the city whose work it is")
REFURBISHERS: Final = _("Refurbisher and host, as processors")
AUDITORS: Final = _("Auditors, under pseudonyms")


@dataclass(frozen=True, slots=True)
class Processing:
    """One line of the register: whose data, what for, by which right, until when, who gets it, where it comes from."""

    name: Promise
    subjects: Promise
    purpose: Promise
    basis: Promise
    # The code of a rule of retention (`inventory/privacy/retention.toml`).
    retention: str
    recipients: tuple[Promise, ...]
    source: Promise


PROCESSINGS: Final[dict[str, Processing]] = {
    "contacts": Processing(
        _("Contact persons of associations"),
        _("Contact persons and members of associations"),
        _("Handle requests and reach the association, by the way it prefers"),
        PUBLIC_TASK,
        "contacts",
        (CITY_STAFF, REFURBISHERS),
        _("The association itself"),
    ),
    "requests": Processing(
        _("Requests, decisions and letters"),
        _("Whoever writes for an association, or is named in what it writes"),
        _("Decide on gifts with reasons, answer complaints, report on use"),
        LEGAL_DUTY,
        "requests",
        (CITY_STAFF, AUDITORS),
        _("The association itself, and those who decide"),
    ),
    "signatories": Processing(
        _("Signatures of agreements and changes of hands"),
        _("Whoever signs for an association, a department or a carrier"),
        _("Prove who handed over what, and to whom"),
        LEGAL_DUTY,
        "agreements",
        (CITY_STAFF, AUDITORS),
        _("The person who signs"),
    ),
    "pickups": Processing(
        _("Contact on the spot at collections"),
        _("Colleagues of departments who open the door"),
        _("Find the place and the person when equipment is fetched"),
        PUBLIC_TASK,
        "pickups",
        (CITY_STAFF, REFURBISHERS),
        _("The department"),
    ),
    "finders": Processing(
        _("Messages about a device, by its label"),
        _("Whoever reads a label and leaves a way to answer"),
        _("Fetch the device and answer; erased when the message is settled"),
        PUBLIC_TASK,
        "pickups",
        (CITY_STAFF,),
        _("The person who writes"),
    ),
    "accounts": Processing(
        _("Accounts and signing in"),
        _("Colleagues, operators of refurbishers, members of associations"),
        _("Let people in, give each the rights of their role, keep others out"),
        PUBLIC_TASK,
        "accounts",
        (CITY_STAFF, REFURBISHERS),
        _("The administrator who makes the account"),
    ),
    "acts": Processing(
        _("Who did what"),
        _("Colleagues, operators of refurbishers, drivers"),
        _("Account for public property; in the ledger a key stands for the person, and nobody's output is compared"),
        PUBLIC_TASK,
        "ledger",
        (CITY_STAFF, AUDITORS),
        _("The act itself"),
    ),
    "interests": Processing(
        _("Declared interests"),
        _("Colleagues who decide"),
        _("Keep whoever has an interest away from the file"),
        LEGAL_DUTY,
        "requests",
        (CITY_STAFF, AUDITORS),
        _("The person who declares it"),
    ),
    "lists": Processing(
        _("Lists and evidence that come in"),
        _("Earlier users of equipment, where a list names them in spite of us"),
        _("Read lists of equipment and proofs of wiping; columns that name people are dropped at the door"),
        PUBLIC_TASK,
        "lists",
        (CITY_STAFF, REFURBISHERS),
        _("Departments, wiping stations"),
    ),
    "rights": Processing(
        _("Requests of people about their data"),
        _("Whoever asks what we hold"),
        _("Answer within a month, and prove that we did"),
        LEGAL_DUTY,
        "privacy",
        (CITY_STAFF,),
        _("The person who asks"),
    ),
    "visits": Processing(
        _("Visits to the pages"),
        _("Whoever opens a page"),
        _("Keep people signed in, keep the service safe"),
        PUBLIC_TASK,
        "visits",
        (CITY_STAFF, REFURBISHERS),
        _("The browser"),
    ),
}
