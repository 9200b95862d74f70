"""Every hostile file gets a sentence, in bounded memory and time, and leaves nothing behind."""

from __future__ import annotations

import time
import unicodedata

import pytest

from imports.readers.opening import AT_ONCE, Limits, OpenTable, read_table
from imports.sources import read_list
from inventory.errors import BadFile
from tests.imports.hostile import HOSTILE

LIMITS = Limits(memory_bytes=500_000_000, cpu_seconds=20)


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_gets_a_sentence_in_bounded_memory_and_time(what, monkeypatch):
    hostile = HOSTILE[what]
    children: list[OpenTable] = []
    close = OpenTable.close
    monkeypatch.setattr(OpenTable, "close", lambda self: (children.append(self), close(self)))
    began = time.monotonic()
    try:
        read_table(hostile.made(), f"list{hostile.suffix}", LIMITS)
        sentence = ""
    except BadFile as refusal:
        sentence = str(refusal)
        assert "%(" not in sentence
        assert sentence.count(".") >= 2, "what is wrong, and the mend"
    assert hostile.words in sentence
    assert time.monotonic() - began < 20
    assert all(child._child.returncode is not None for child in children)
    assert all(child.peak_bytes < 550_000_000 for child in children)


def test_the_same_serial_composed_in_two_ways_is_one():
    twins = [unicodedata.normalize(form, "RLS-É77") for form in ("NFC", "NFD")]
    reading = read_list(read_table("Serial\n" + "\n".join(twins)))
    assert (len(reading.devices), [problem.line for problem in reading.problems]) == (1, [3])


def test_a_file_larger_than_the_limit_is_refused_before_it_is_read():
    with pytest.raises(BadFile, match="10 megabytes"):
        read_table(b"x" * (AT_ONCE.bytes + 1), "list.csv", AT_ONCE)
