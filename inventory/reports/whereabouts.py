"""Where a request stands, like a parcel: every station from its arrival to the hand-over, with when and why."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from inventory.allocation.complaints import OUTCOMES as COMPLAINTS
from inventory.allocation.complaints import answer_to, follows
from inventory.allocation.models import Round
from inventory.allocation.queries import OUTCOMES, decisions_of, missed_pools, round_taking
from inventory.associations.filings import answer_due
from inventory.associations.models import Request
from inventory.handover.calendar import booked_for
from inventory.handover.models import Agreement
from inventory.handover.queries import agreements_for, standing_of


@dataclass(frozen=True, slots=True)
class Station:
    """One station: its name, what is said there, when it was reached; `here` is where the request stands now."""

    name: str
    said: str = ""
    at: dt.datetime | None = None
    done: bool = False
    here: bool = False


def stations(found: Request) -> list[Station]:
    """The stations of a request in order: received, complete, in a round, decided, appointment, handed over."""
    standing = standing_of(found)
    decision = decisions_of(found).first()
    decided, withdrawn = found.state in ("decided", "closed"), found.state == "withdrawn"
    refused = decided and not standing.granted
    taking = decision.round if decision else round_taking(found)
    line = [
        Station(_("Received"), at=found.received_at, done=True),
        Station(_("Complete"), found.missing, done=not found.missing or decided),
    ]
    if withdrawn:
        return [*line, Station(_("Withdrawn"), done=True), *_complaints(found)]
    line.append(_in_round(taking, _missed(found), decided=decided))
    said = str(OUTCOMES[decision.outcome]) if decision else ""
    line.append(Station(_("Decided"), said, decision.decided_at if decision else None, done=decided))
    if not refused:
        made = agreements_for(found)
        signed = [one.signed_at for one in made if one.signed_at]
        prepared = 0 < standing.granted <= standing.prepared
        counts = {"count": standing.reserved, "granted": standing.granted}
        kept = _("%(count)s of %(granted)s reserved") % counts if standing.granted and not prepared else ""
        booked, given = booked_for(found), 0 < standing.granted <= standing.given
        if booked:
            when, place = timezone.localtime(booked.slot.starts_at), booked.slot.location
            kept = _("on %(when)s, %(place)s") % {"when": f"{when:%d/%m/%Y %H:%M}", "place": place}
        line.append(Station(_("Appointment"), kept, None if booked else _first(made), done=prepared and not booked))
        line.append(Station(_("Handed over"), _of(standing.given, standing.granted), max(signed, default=None), given))
    return [*_with_here(line), *_complaints(found)]


def told(found: Request) -> list[tuple[str, str]]:
    """The same as rows for a letter, in the reader's language: the station, and what is to be said of it."""
    rows = []
    for station in stations(found):
        state = _("done") if station.done else _("now") if station.here else _("still to come")
        when = f"{timezone.localtime(station.at):%d/%m/%Y}" if station.at and station.done else ""
        rows.append((station.name, " · ".join(word for word in (state, when, station.said) if word)))
    decision = decisions_of(found).first()
    if decision:
        rows.append((_("Reasons"), decision.reasons))
    return rows


def told_in(found: Request) -> list[tuple[str, str]]:
    """The same in the association's language, for its letter."""
    with translation.override(found.association.official_language):
        return told(found)


def _complaints(found: Request) -> list[Station]:
    """A station for each complaint about a request: read until a day, or answered, and what follows."""
    told = found.filings.filter(procedure="complain").select_related("complaint_answer").order_by("id")
    line = []
    for filing in told:
        answer = answer_to(filing)
        if answer is None:
            said = _("is read by somebody who did not decide; answered until %(day)s")
            line.append(Station(_("Complaint"), said % {"day": f"{answer_due(filing):%d/%m/%Y}"}, filing.received_at))
        else:
            said = f"{COMPLAINTS[answer.outcome]}. {follows(answer)}"
            line.append(Station(_("Complaint answered"), said, answer.answered_at, done=True))
    return line


def _in_round(taking: Round | None, missed: str, *, decided: bool) -> Station:
    said = "" if decided else missed
    if taking is None:
        return Station(_("In a round"), said or ("" if decided else _("waits for the next round")), done=decided)
    return Station(_("In round %(number)s") % {"number": taking.number}, said, taking.closes_at, decided)


def _missed(found: Request) -> str:
    """Which round a request missed by being typed in late, empty mostly."""
    numbers = dict.fromkeys(one.round.number for one in missed_pools(found))
    words = _("typed in after round %(number)s was frozen: the next round, with its date and one round waited")
    return words % {"number": ", ".join(numbers)} if numbers else ""


def _of(count: int, granted: int) -> str:
    return _("%(count)s of %(granted)s") % {"count": count, "granted": granted} if granted else ""


def _first(made: list[Agreement]) -> dt.datetime | None:
    return min((one.prepared_at for one in made), default=None)


def _with_here(line: list[Station]) -> list[Station]:
    place = next((place for place, station in enumerate(line) if not station.done), -1)
    return [
        Station(one.name, one.said, one.at, one.done, at == place) if at == place else one
        for at, one in enumerate(line)
    ]
