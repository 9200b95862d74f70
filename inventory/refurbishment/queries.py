"""Reads of the bench: which tests a device has to pass, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise

from inventory.devices.models import Device
from inventory.refurbishment.bench import TESTS, TESTS_FOR
from inventory.refurbishment.models import TestResult


@dataclass(frozen=True, slots=True)
class TestLine:
    """One test of a device and its result so far, None when not entered."""

    test: str
    label: Promise
    result: TestResult | None


def tests_of(device: Device) -> list[TestLine]:
    """Every test of the device's kind in its present life, in the order of the bench."""
    results = {result.test: result for result in TestResult.objects.filter(device=device, cycle=device.cycle)}
    return [TestLine(test, TESTS[test], results.get(test)) for test in TESTS_FOR[device.category]]
