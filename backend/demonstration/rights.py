"""A person of the demonstration asks what the city holds about her: by letter, and the month runs."""

from __future__ import annotations

from backend.demonstration.clock import Course
from backend.demonstration.people import House
from inventory.privacy.commands import answer_request, log_request


def asking(house: House) -> Course:
    """One request that was answered, and one that waits and is due soon."""
    first = log_request(
        "access",
        actor=house.counter_clerk,
        name="Bruno Exemple",
        reach="Rue de l’Exemple 12, 1000 Bruxelles",
        channel="counter",
        identity="seen",
    )
    yield 1
    log_request(
        "erase",
        actor=house.counter_clerk,
        name="Anneke Voorbeeld",
        reach="Voorbeeldstraat 3, 1020 Brussel",
        language="nl",
        channel="post",
        identity="letter",
    )
    yield 4
    answer_request(first.number, actor=house.data_protection_officer, outcome="refused", ground="nothing")
