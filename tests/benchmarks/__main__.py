"""`./run bench [NAME...] [--json]`: makes 10,000 devices by the commands, measures, and prints one line a figure."""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

DEVICES = 10_000


def main() -> int:
    """Measure what was asked for, or everything. A goal that is not met is told, and is no failure of the run."""
    import tests.engine  # noqa: F401  # chooses the database before Django reads its settings

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
    import django

    django.setup()
    from django.conf import settings

    from tests.benchmarks.figures import FIGURES, ONLY_BY_NAME
    from tests.benchmarks.measuring import HEADING

    parser = argparse.ArgumentParser(prog="./run bench", description=main.__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of: {', '.join(FIGURES)}")
    parser.add_argument("--json", action="store_true", help="one JSON document instead of lines")
    options = parser.parse_args()
    unknown = set(options.names) - set(FIGURES)
    if unknown:
        parser.error(f"there is no figure called {min(unknown)}; there are {', '.join(FIGURES)}")
    settings.ROOT_URLCONF = "tests.benchmarks.figures"
    finish = _database()
    try:
        _fill()
        # As the worker does it.
        gc.freeze()
        if not options.json:
            _say(f"{_machine()}; CPU time of this process, medians\n{HEADING}")
        figures = []
        for name, measure in FIGURES.items():
            if name not in options.names if options.names else name in ONLY_BY_NAME:
                continue
            figures.append(measure())
            if not options.json:
                _say(figures[-1].line())
        if options.json:
            _say(json.dumps({"machine": _machine(), "figures": [figure.plain() for figure in figures]}, indent=1))
    finally:
        finish()
    return 0


def _database() -> Callable[[], None]:
    from django.conf import settings
    from django.db import connection
    from django.test.utils import setup_test_environment, teardown_test_environment

    setup_test_environment(debug=False)
    if connection.vendor == "sqlite":
        # On the disk as in service, not in memory as in the tests.
        connection.settings_dict["TEST"]["NAME"] = str(Path(settings.VAR) / "bench.sqlite3")
    before = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)

    def finish() -> None:
        connection.creation.destroy_test_db(before, verbosity=0)
        teardown_test_environment()

    return finish


def _fill() -> None:
    from inventory.devices.commands import declare
    from tests import journeys
    from tests.people import everybody

    actor = everybody().technician
    for start in range(0, DEVICES, 2000):
        declare([journeys.announced() for _ in range(min(2000, DEVICES - start))], actor=actor)


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def _machine() -> str:
    from django.db import connection

    name = "SQLite" if connection.vendor == "sqlite" else "PostgreSQL"
    return f"{DEVICES:,} devices on {name}, Python {sys.version.split()[0]}, {os.cpu_count()} processors"


if __name__ == "__main__":
    sys.exit(main())
