"""Valid lists of every format, damaged anywhere: each is a table or a refusal, and never anything else."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imports.readers.archive import checked_archive
from imports.readers.limits import AT_ONCE, Unreadable
from imports.readers.old_excel import checked_old_workbook
from tests.imports.test_readers import assert_answers_are_a_table_or_a_refusal, assert_table_or_refusal
from tests.imports.whole_lists import WHOLE

IN_A_PROCESS = ("xlsx", "ods", "xls")


@st.composite
def damaged(draw: st.DrawFn, form: str) -> bytes:
    """A file with a few bytes changed, taken out, put in or doubled, or cut off."""
    raw = bytearray(WHOLE[form])
    for _time in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(raw) - 1))
        end = min(len(raw), place + draw(st.integers(1, 40)))
        how = draw(st.sampled_from(["change", "take", "put", "double", "cut"]))
        if how == "change":
            raw[place] = draw(st.integers(0, 255))
        elif how == "take":
            del raw[place:end]
        elif how == "put":
            raw[place:place] = draw(st.binary(max_size=20))
        elif how == "double":
            raw[place:place] = raw[place:end]
        else:
            del raw[max(place, 1) :]
        if not raw:
            break
    return bytes(raw)


def in_this_process(data: bytes, form: str) -> None:
    """What is ours of reading a workbook, without the library, which a file may abort."""
    checks: dict[str, Callable[[], object]] = {
        "xls": lambda: checked_old_workbook(data),
        "xlsx": lambda: checked_archive(io.BytesIO(data), AT_ONCE),
        "ods": lambda: checked_archive(io.BytesIO(data), AT_ONCE),
    }
    with contextlib.suppress(Unreadable):
        checks[form]()


@pytest.mark.parametrize("form", WHOLE)
def test_a_damaged_list_is_a_table_or_a_refusal(form):
    @given(damaged(form))
    @settings(max_examples=15 if form in IN_A_PROCESS else 80, deadline=None, suppress_health_check=list(HealthCheck))
    def check(data: bytes) -> None:
        if form in IN_A_PROCESS:
            in_this_process(data, form)
            assert_table_or_refusal(data, f"list.{form}")
        elif not data.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
            assert_answers_are_a_table_or_a_refusal(data)

    check()


@pytest.mark.long
@pytest.mark.parametrize("form", WHOLE)
def test_thousands_of_damaged_lists_are_tables_or_refusals(form):
    @given(damaged(form))
    @settings(max_examples=1_500, deadline=None, suppress_health_check=list(HealthCheck))
    def check(data: bytes) -> None:
        assert_table_or_refusal(data, f"list.{form}")

    check()
