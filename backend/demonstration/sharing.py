"""How associations ask and receive in the demonstration, by every channel."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from django.utils import timezone

from backend.accounts.pins import choose_pin
from backend.demonstration.afterwards import exchange
from backend.demonstration.clock import Course
from backend.demonstration.evidence import signature
from backend.demonstration.names import (
    AFTER,
    ASSOCIATIONS,
    COMPLAINT,
    COMPLETED,
    EVIDENCE,
    MISSING,
    MORE,
    PIN_WORDS,
    PURPOSES,
    REASONS,
    ROUND_WORDS,
    TOGETHER,
    enterprise_number,
)
from backend.demonstration.people import House
from inventory.allocation.commands import decide, finish_round, open_round, reserve
from inventory.allocation.complaints import answer_complaint, promised
from inventory.allocation.continuing import continuation, give_up
from inventory.allocation.deciding import decide_round, publish_round
from inventory.allocation.models import Decision
from inventory.allocation.pins import asking, bill, set_pin
from inventory.allocation.queries import fitting_stock, round_numbered
from inventory.allocation.sharing import draw_pool, freeze_pool
from inventory.allocation.taking_in import take_in
from inventory.associations.commands import (
    Wish,
    add_member,
    decide_eligibility,
    enter_request,
    register_association,
)
from inventory.associations.filings import ask_for_more, lodge
from inventory.associations.letters import mark_sent
from inventory.associations.models import Association, Request
from inventory.associations.municipalities import suggested
from inventory.associations.queries import letters_to_send
from inventory.associations.questions import SUBSTITUTES
from inventory.associations.register import add_contact, declare_cluster
from inventory.collection.signing import by_pin
from inventory.handover.aftercare import note_after
from inventory.handover.appointments import book, open_hours
from inventory.handover.commands import hand_over, prepare_agreement, take_back
from inventory.handover.models import Agreement
from inventory.handover.queries import tags_of
from inventory.reports.whereabouts import told_in

# The PIN of the association's member in the demonstration, as public as its passwords.
PIN = "258036"
CHANNELS = ("counter", "telephone", "post", "online")


class Sharing:
    """Associations, a round, requests and what becomes of them."""

    def __init__(self, house: House, chance: random.Random) -> None:
        self.house, self.chance = house, chance
        self.associations: list[Association] = []

    def register(self) -> Course:
        """Twenty-five associations; the first is the one whose member can sign in."""
        for place, (name, form, language, postcode, town) in enumerate(ASSOCIATIONS):
            made = register_association(
                actor=self.house.counter_clerk,
                name=name,
                legal_form=form,
                official_language=language,
                enterprise_number="" if form == "de_facto" else enterprise_number(place),
                street=f"{'Rue de l’Exemple' if language == 'fr' else 'Voorbeeldstraat'} {place + 1}",
                postcode=postcode,
                municipality=town,
                telephone="02 000 00 00",
                **{"nis_code": suggested(postcode)[0].nis, **MORE.get(place, {})},
            )
            self.associations.append(made)
        clerk = self.house.counter_clerk
        add_contact(self.associations[0].code, actor=clerk, name="Mehdi Lacroix", function="coordination")
        together = [self.associations[1].code, self.associations[3].code]
        declare_cluster(together, actor=clerk, kind="persons", reason=TOGETHER)
        add_member(self.associations[0].code, self.house.association_member, actor=self.house.counter_clerk)
        yield 3
        for place, body in enumerate(self.associations):
            if place == 24:
                continue  # one waits for its decision
            eligible = place != 23
            words = REASONS[body.official_language]["eligible" if eligible else "not_eligible"]
            decide_eligibility(body.code, actor=self.house.approver, eligible=eligible, reasons=words)

    def post(self) -> Course:
        """Everything written so far was posted or told, but for the two last decisions: they wait for today's post."""
        clerk = self.house.counter_clerk
        for way in ("post", "telephone"):
            letters = list(letters_to_send(way, clerk))
            kept = [one.number for one in letters if one.kind == "decision"][-2:] if way == "post" else []
            waiting = [letter.number for letter in letters if letter.number not in kept]
            if waiting:
                mark_sent(waiting, actor=clerk)
        yield 0

    def counter(self) -> Course:
        """What came by the counter, the telephone and the post these days, about requests there are."""
        clerk = self.house.counter_clerk
        waiting = list(Request.objects.filter(state="received").order_by("id")[:3])
        if len(waiting) == 3:
            missing = MISSING[waiting[0].association.official_language]
            ask_for_more(waiting[0].reference, actor=clerk, what=missing)
            ask_for_more(waiting[1].reference, actor=clerk, what=MISSING[waiting[1].association.official_language])
            words = COMPLETED[waiting[1].association.official_language]
            answers = {"words": words}
            lodge(waiting[1].reference, "complete", actor=clerk, channel="telephone", answers=answers)
            asked = waiting[2]
            lodge(asked.reference, "follow", actor=clerk, channel="counter", answers={}, standing=told_in(asked))
        yield from self._visits()
        yield 0.1
        exchange(self.house)
        given = Request.objects.filter(state="decided", decisions__outcome__in=["award", "partial"]).order_by("id")
        # Not the first, the pilot's: its report is due, and somebody has to ask for it.
        for asked in given[1:2]:
            counts = {"in_use": 5, "idle": 1, "gone": 0, "people_served": 85}
            lodge(asked.reference, "report", actor=clerk, channel="post", answers=counts)
        for asked in given.order_by("-id")[:1]:
            complaint = {"words": COMPLAINT[asked.association.official_language][0]}
            lodge(asked.reference, "complain", actor=clerk, channel="post", answers=complaint)

    def _visits(self) -> Course:
        """Hours of the coming weeks, an appointment booked by telephone, and what was told about what was given."""
        keeper, clerk = self.house.warehouse_keeper, self.house.counter_clerk
        today = timezone.localdate()
        hours = open_hours(
            "LAEKEN", today + dt.timedelta(days=1), today + dt.timedelta(days=14), [9, 10, 14, 15], 2, actor=keeper
        )
        kept = Request.objects.filter(
            lines__reservations__released_at__isnull=True, association__official_language="fr"
        )
        for asked in kept.filter(lines__reservations__device__status="reserved").distinct().order_by("id")[:1]:
            book(asked.reference, hours[5].code, actor=clerk, channel="telephone")
        signed = Agreement.objects.filter(signed_at__isnull=False, items__ended_at__isnull=True).distinct()
        for place, agreement in enumerate(signed.order_by("-id")[:2]):
            tags = tags_of(agreement)[:1]
            told = AFTER[agreement.association.official_language]
            if place == 0:
                note_after(agreement.number, "defective", actor=clerk, channel="telephone", tags=tags, words=told[0])
            else:
                note_after(agreement.number, "visit", actor=keeper, channel="counter", words=told[1])
        yield 0.1

    def round(self, number: str, days: int) -> Course:
        """A round that opens now, closes after so many days and is finished."""
        open_round(
            number,
            actor=self.house.programme_officer,
            opens_on=timezone.localdate(),
            closes_at=timezone.now() + dt.timedelta(days=days),
        )
        yield days + 6
        finish_round(number, actor=self.house.programme_officer)

    def ladder(self, closing: dt.datetime) -> Course:
        """A round of the last weeks: closed, its computers frozen, drawn and shared out."""
        officer = self.house.programme_officer
        number = f"{timezone.localdate():%Y}-L"
        open_round(number, actor=officer, opens_on=timezone.localdate(), closes_at=closing, grace_days=2)
        yield 1
        # Whatever the day of the week, somebody asks before the closing.
        for place in (3, 5, 9, 22):
            body = self.associations[place]
            enter_request(
                actor=self.house.counter_clerk,
                association=body.code,
                wishes=[Wish("laptop", 2, substitutes=SUBSTITUTES["laptop"])],
                purpose=PURPOSES[body.official_language][0],
                channel="telephone",
                people_served=30 + 10 * place,
            )
        yield (closing - timezone.now()) / dt.timedelta(days=1) + 2.2
        self._repair(number)
        freeze_pool(number, "computers", actor=officer)
        yield 0.5
        numbers = [("drand 4200000", "8f3a61c9"), ("Lotto", "3 9 14 22 31 40 (7)")]
        draw_pool(number, "computers", numbers, actor=officer)

    def _repair(self, number: str) -> None:
        """What complaints were promised comes first, by a pin."""
        approver = self.house.approver
        taking = {body.shares_as for body in asking(round_numbered(number), "computers", approver)}
        for code, one in promised("computers").items():
            if code in taking:
                self._pin(number, one.code, one.units)

    def _pin(self, number: str, code: str, units: int) -> None:
        approver, here = self.house.approver, (number, "computers", code)
        seen = bill(*here, approver, at_least=units).fingerprint
        set_pin(*here, actor=approver, reason="repair", words=PIN_WORDS, seen=seen, at_least=units)

    def decided_round(self, closing: dt.datetime) -> Course:
        """A round of its own from first request to hand-over: one pin, drawn, decided by the college, published."""
        officer, approver = self.house.programme_officer, self.house.approver
        number = f"{timezone.localdate():%Y}-K"
        open_round(number, actor=officer, opens_on=timezone.localdate(), closes_at=closing, grace_days=5)
        for count, place in enumerate((1, 3, 4, 6, 7, 8, 10, 11, 12, 15, 16, 18)):
            yield 0.5
            body = self.associations[place]
            # All want much memory, and there is little of it: most get a part, and are told why.
            wish = Wish("laptop" if count % 2 else "desktop", 2 + count % 3, minimum_memory_mb=16384)
            enter_request(
                actor=self.house.counter_clerk,
                association=body.code,
                wishes=[wish],
                purpose=PURPOSES[body.official_language][0],
                channel=("counter", "telephone", "post")[count % 3],
                received_at=timezone.now() - dt.timedelta(hours=5),
                people_served=20 + 60 * count,
            )
        yield (closing - timezone.now()) / dt.timedelta(days=1) + 1.5
        # Posted in time, here two days later: it takes part all the same.
        self._by_post(self.associations[20], closing)
        yield (closing - timezone.now()) / dt.timedelta(days=1) + 5.2
        self._pin(number, self.associations[4].code, 2)
        freeze_pool(number, "computers", actor=officer)
        yield 0.2
        # Posted in time as well, and here after the freeze: the next round, with its date.
        self._by_post(self.associations[22], closing)
        yield 0.3
        draw_pool(
            number, "computers", [("drand 4100000", "c2f07d1e"), ("Lotto", "5 11 17 28 33 44 (9)")], actor=officer
        )
        yield 3
        today = timezone.localdate()
        decide_round(
            number,
            actor=approver,
            organ="college",
            decision=f"CC-{today:%Y}-118",
            decided_on=today,
            reasons_fr=ROUND_WORDS["fr"],
            reasons_nl=ROUND_WORDS["nl"],
        )
        yield 1
        publish_round(number, actor=officer)
        yield 2
        self._complaints(number)
        yield 2
        unwanted = Decision.objects.filter(round__number=number, outcome="award").order_by("-number").first()
        for made in (
            Decision.objects.filter(round__number=number).exclude(pk=unwanted.pk if unwanted else 0).order_by("number")
        ):
            granted = {one.line.position: one.granted for one in made.lines.select_related("line")}
            tags = self._reserve(made.request, granted)
            if tags:
                self._give(made.request.association, tags)
                yield 0.5
        if unwanted:
            self._refuse(unwanted)

    def _refuse(self, made: Decision) -> None:
        """One association no longer wants a device, without saying why: it goes to whom the round puts next."""
        asked, approver = made.request.reference, self.house.approver
        seen = continuation(asked, 1, 1, actor=approver, reason="refused").fingerprint
        give_up(asked, 1, 1, actor=approver, reason="refused", seen=seen)

    def _by_post(self, body: Association, closing: dt.datetime) -> None:
        take_in(
            actor=self.house.counter_clerk,
            association=body.code,
            wishes=[Wish("laptop", 3, least_useful=2)],
            purpose=PURPOSES[body.official_language][1],
            channel="post",
            received_at=closing - dt.timedelta(days=1),
            dated_by="postmark",
            people_served=60,
        )

    def _complaints(self, number: str) -> None:
        """Two complain about what the round decided: one was right and is promised a repair, one was not."""
        partial = Decision.objects.filter(round__number=number, outcome__in=["partial", "waiting"]).order_by("number")
        for made, right in zip(partial[:2], (True, False), strict=False):
            language = made.request.association.official_language
            filed = lodge(
                made.request.reference,
                "complain",
                actor=self.house.counter_clerk,
                channel="post" if right else "telephone",
                answers={"words": COMPLAINT[language][0]},
            )
            answer_complaint(
                filed.number,
                actor=self.house.programme_officer,
                outcome="upheld" if right else "rejected",
                words=COMPLAINT[language][1 if right else 2],
                repair_pool="computers" if right else "",
                repair_units=1 if right else 0,
            )

    def _give(self, body: Association, tags: list[str]) -> None:
        agreement = prepare_agreement(body.code, tags, actor=self.house.warehouse_keeper)
        hand_over(
            agreement.number,
            actor=self.house.warehouse_keeper,
            association_function="présidence" if body.official_language == "fr" else "voorzitter",
            signed_how="screen",
            scan=(signature(len(tags)), f"{agreement.number}.png"),
        )

    def request(self, place: int, *, wait: float, round_number: str = "", stop: str = "") -> Course:
        """One request, from asking to hand-over; `stop` names the last thing that happens."""
        body = self.associations[place]
        channel = "online" if place == 0 else CHANNELS[place % 3]
        asker = self.house.association_member if channel == "online" else self.house.counter_clerk
        # Two ask for a whole classroom, more than the stock holds: their answer is a partial one.
        many = 45 if place in {12, 13} else self.chance.randint(3, 12)
        kind = self.chance.choice(("laptop", "desktop"))
        wishes = [Wish(kind, many, least_useful=2, use="writing", substitutes=SUBSTITUTES[kind] if place % 2 else ())]
        if self.chance.random() < 0.5:
            wishes.append(Wish("screen", self.chance.randint(1, 4)))
        asked = enter_request(
            actor=asker,
            association=body.code,
            wishes=wishes,
            purpose=self.chance.choice(PURPOSES[body.official_language]),
            channel=channel,
            received_at=timezone.now() - dt.timedelta(hours=self.chance.randint(1, 60)),
            people_served=self.chance.randint(15, 240),
            evidence=EVIDENCE[body.official_language],
            dated_by={"post": "postmark", "counter": "stamp"}.get(channel, "arrival"),
        )
        yield wait
        if stop == "received":
            return
        if stop == "withdrawn":
            lodge(asked.reference, "withdraw", actor=asker, channel=channel, answers={})
            return
        granted = self._decide(asked, body, round_number, refuse=stop == "refused")
        yield 1
        if not granted or stop == "decided":
            return
        tags = self._reserve(asked, granted)
        yield 3
        if stop == "reserved" or not tags:
            return
        agreement = prepare_agreement(body.code, tags, actor=self.house.warehouse_keeper)
        yield 4
        if stop == "prepared":
            return
        how: dict[str, Any] = {"signed_how": "screen", "scan": (signature(place), f"{agreement.number}.png")}
        if place == 0:
            # Its member has an account, and chose a PIN to sign with.
            member = self.house.association_member
            choose_pin(member, PIN, actor=member)
            how = {"signed_how": "pin", "pin": by_pin(member, PIN)}
        hand_over(
            agreement.number,
            actor=self.house.warehouse_keeper,
            association_function="présidence" if body.official_language == "fr" else "voorzitter",
            **how,
        )
        if stop == "taken_back":
            yield 5
            take_back(tags[0], actor=self.house.warehouse_keeper, reason="defective", location="LAEKEN")

    def _decide(self, asked: Request, body: Association, round_number: str, *, refuse: bool) -> dict[int, int]:
        granted: dict[int, int] = {}
        for line in asked.lines.all():
            stock = fitting_stock(line, self.house.programme_officer).count()
            granted[line.position] = 0 if refuse else min(line.quantity, stock)
        short = any(line.quantity > granted[line.position] for line in asked.lines.all())
        outcome = "refuse" if not sum(granted.values()) else "partial" if short else "award"
        words = REASONS[body.official_language][outcome]
        decide(asked.reference, actor=self.house.approver, granted=granted, reasons=words, round_number=round_number)
        return granted if sum(granted.values()) else {}

    def _reserve(self, asked: Request, granted: dict[int, int]) -> list[str]:
        tags: list[str] = []
        for line in asked.lines.all():
            stock = fitting_stock(line, self.house.programme_officer)[: granted[line.position]]
            chosen = [device.tag for device in stock]
            if chosen:
                reserve(
                    chosen,
                    actor=self.house.programme_officer,
                    reference=asked.reference,
                    position=line.position,
                )
            tags += chosen
        return tags
