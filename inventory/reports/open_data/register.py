"""Every data set that the public may take, in the order of the page."""

from __future__ import annotations

from typing import Final

from inventory.reports.open_data.activity import MOVEMENTS, PARITY, REQUESTS, ROUNDS, WIPING
from inventory.reports.open_data.co2 import CO2
from inventory.reports.open_data.datasets import Dataset
from inventory.reports.open_data.kilograms import KILOGRAMS, WASTE
from inventory.reports.open_data.subsidies import SUBSIDIES

_ALL: Final = (SUBSIDIES, MOVEMENTS, REQUESTS, ROUNDS, PARITY, WIPING, KILOGRAMS, WASTE, CO2)
DATASETS: Final[dict[str, Dataset]] = {one.code: one for one in _ALL}
