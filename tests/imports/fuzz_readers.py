"""Feeds the readers mutated lists, led by coverage; by hand: `pip install atheris`, then
`python -m tests.imports.fuzz_readers -max_total_time=600`. Atheris is no dependency of the project.

What a library reads of a workbook is left out: a file may abort the whole process, which is why readers have their own.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["imports"]):
    from imports.readers.archive import checked_archive
    from imports.readers.child import read_list
    from imports.readers.limits import MARK, Limits, Unreadable
    from imports.readers.old_excel import checked_old_workbook

LIMITS = Limits(bytes=1_000_000, unpacked_bytes=5_000_000, rows=1_000, line_bytes=100_000)


def one_input(data: bytes) -> None:
    """Any exception but a refusal ends the run with the bytes that caused it."""
    answers: list[object] = []
    try:
        if data.startswith(MARK):
            checked_old_workbook(data)
        elif data.startswith(b"PK"):
            checked_archive(io.BytesIO(data), LIMITS)
        else:
            read_list(io.BytesIO(data), LIMITS, answers.append)
    except Unreadable:
        return


def main() -> None:
    """Begin with a whole list of every format."""
    from tests.imports.whole_lists import WHOLE

    with tempfile.TemporaryDirectory() as folder:
        for form, data in WHOLE.items():
            (Path(folder) / form).write_bytes(data)
        atheris.Setup([*sys.argv, folder], one_input)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
