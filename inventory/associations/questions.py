"""The questions of every form as data: paper, member's page and counter's screen are drawn from it, numbers alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# What a machine is for, and the least memory (MB) that it takes: the minimum specification, in words people use.
USES: Final[dict[str, tuple[Promise, int]]] = {
    "writing": (_("Letters, e-mail and forms (4 GB)"), 4096),
    "lessons": (_("Lessons and video calls (8 GB)"), 8192),
    "creating": (_("Pictures, sound, programming (16 GB)"), 16384),
}
# Kinds of which one can say what they are for.
WITH_USE: Final = ("laptop", "desktop", "tablet", "server")
# Kinds that somebody may take instead of one another; always of one pool (allocation §1).
SUBSTITUTES: Final[dict[str, tuple[str, ...]]] = {
    "laptop": ("desktop",),
    "desktop": ("laptop",),
    "server": ("desktop",),
    "tablet": ("phone",),
}
# Lines on the paper form, and so on the counter's screen.
FORM_LINES: Final = 6
# How the date of a request was read: when it reached us on line, by the stamp of the city, by the postmark.
DATED_BY: Final[dict[str, Promise]] = {
    "arrival": _("The moment it was sent or said"),
    "stamp": _("The date stamp of the city"),
    "postmark": _("The postmark: its whole day counts"),
}


@dataclass(frozen=True, slots=True)
class Question:
    """One question: its number on every form, its name in data, label, hint, and how it is answered.

    `kind` is lines (text, on paper `room` ruled lines), count, day, reference or equipment.
    """

    number: str
    code: str
    label: Promise
    hint: Promise | str = ""
    kind: str = "lines"
    room: int = 2
    needed: bool = False

    @property
    def asked(self) -> str:
        """The question with its number, as every screen and paper says it."""
        return f"{self.number}. {self.label}"


@dataclass(frozen=True, slots=True)
class Procedure:
    """Something one can do about a request, by every channel alike."""

    code: str
    title: Promise
    lead: Promise
    questions: tuple[Question, ...]
    # States of a request in which it can be done.
    states: tuple[str, ...]
    # What the letter about it is called, and what it says.
    heading: Promise
    answer: Promise


REQUEST_QUESTIONS: Final = (
    Question(
        "1",
        "association",
        _("Association"),
        _("Its name and, if it has one, its enterprise number. Your name and a telephone number, if we may call you."),
        needed=True,
    ),
    Question(
        "2",
        "purpose",
        _("What is the equipment for?"),
        _("A few sentences. For example: a weekly workshop where older people learn to write e-mails."),
        room=6,
        needed=True,
    ),
    Question(
        "3",
        "equipment",
        _("Which equipment?"),
        _("One kind a row. If we cannot give everything: how few would still help, or only all of them together?"),
        kind="equipment",
        needed=True,
    ),
    Question(
        "4",
        "people_served",
        _("How many people will it serve?"),
        _("About how many in a year. A number only: never names."),
        kind="count",
    ),
    Question(
        "5",
        "earliest_on",
        _("From which day can you take it?"),
        _("Leave it empty if any day is good."),
        kind="day",
    ),
    Question(
        "6",
        "latest_on",
        _("Until which day is it still useful?"),
        _("Leave it empty if there is no such day. After it your request takes part in no round any more."),
        kind="day",
    ),
    Question(
        "7",
        "evidence",
        _("How can we see that it is used?"),
        _("For example: opening hours, the programme of a course, a visit. Never names of people."),
        room=5,
    ),
)
OFFICE_QUESTIONS: Final = (
    Question("A", "channel", _("How did it reach us?"), kind="channel"),
    Question("B", "received_at", _("Date stamp or postmark"), kind="stamp"),
)
_REFERENCE = Question(
    "1",
    "reference",
    _("Your request"),
    _("Its reference stands on your receipt: R, the year and five figures."),
    kind="reference",
    needed=True,
)
_OPEN = ("received",)
_GIVEN = ("decided", "closed")
_ANY = ("received", "decided", "withdrawn", "closed")

PROCEDURES: Final[dict[str, Procedure]] = {
    one.code: one
    for one in (
        Procedure(
            "follow",
            _("Ask where a request stands"),
            _("You get a letter that says which steps are done and what comes next."),
            (_REFERENCE,),
            _ANY,
            _("Where your request stands"),
            _("This is where your request stands today."),
        ),
        Procedure(
            "complete",
            _("Complete a request"),
            _("Say or send what was missing. Your request keeps its date."),
            (
                _REFERENCE,
                Question("2", "words", _("What do you add?"), room=8, needed=True),
                Question("3", "people_served", _("How many people will it serve?"), kind="count"),
            ),
            _OPEN,
            _("What you added to your request"),
            _("We have added this to your request. It keeps its date."),
        ),
        Procedure(
            "withdraw",
            _("Withdraw a request"),
            _("It loses its place. You can ask again at any time, with a new date."),
            (_REFERENCE, Question("2", "words", _("Why?"), _("You need not say it."), room=4)),
            _OPEN,
            _("Your request is withdrawn"),
            _("Your request is withdrawn. You can ask again at any time."),
        ),
        Procedure(
            "complain",
            _("Complain"),
            _("Say what went wrong. Somebody who did not decide reads it and answers you within thirty days."),
            (
                _REFERENCE,
                Question("2", "words", _("What went wrong?"), room=8, needed=True),
                Question("3", "remedy", _("What would put it right?"), room=4),
            ),
            _ANY,
            _("Your complaint"),
            _("We have received your complaint. Somebody who did not decide reads it and answers within thirty days."),
        ),
        Procedure(
            "report",
            _("Say how the equipment is used"),
            _("Twelve months after it was handed over. Numbers and a few words are enough."),
            (
                _REFERENCE,
                Question("2", "in_use", _("How many devices are in use?"), kind="count", needed=True),
                Question("3", "idle", _("How many are not used any more?"), kind="count", needed=True),
                Question("4", "gone", _("How many are broken, lost or stolen?"), kind="count", needed=True),
                Question("5", "people_served", _("How many people used them in the year?"), kind="count"),
                Question("6", "words", _("What did they make possible?"), _("Never names of people."), room=6),
            ),
            _GIVEN,
            _("Your report"),
            _("Thank you for your report. It stands in the file of your request."),
        ),
        Procedure(
            "return",
            _("Give devices back"),
            _("You may give back what you do not use or what does not work. It costs nothing."),
            (
                _REFERENCE,
                Question("2", "devices", _("How many devices do you give back?"), kind="count", needed=True),
                Question("3", "words", _("Why?"), room=4, needed=True),
                Question("4", "tags", _("Which ones?"), _("The codes on their labels, if you can read them."), room=6),
            ),
            _GIVEN,
            _("What you give back"),
            _("We have noted what you give back, and call you to say when and where."),
        ),
    )
}
