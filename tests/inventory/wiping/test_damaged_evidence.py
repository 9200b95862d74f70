"""No damage makes evidence prove more: cut, joined, shuffled, re-encoded, edited, it is worth at most what it was."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.errors import BadFile
from inventory.wiping.evidence import WORTH, Category, Verdict, judge
from inventory.wiping.judging import verdicts_on
from tests.inventory.wiping import evidence_files as files
from tests.inventory.wiping.nwipe_logs import Disk, nwipe_log

REAL = Path(__file__).parents[4] / "shared" / "real"
FAILED = Disk("/dev/sdb", serial="RLS0002B3T", status="-FAILED-", errors=(0, 0, 2))
ABORTED = Disk("/dev/sdc", serial="RLS0003C", status="UABORTED")

# One of each kind of good and bad news, of every tool.
TEXTS: dict[str, bytes] = {
    "log": nwipe_log().encode(),
    "log of three": nwipe_log(Disk(), FAILED, ABORTED, ending="exited with errors, check the log").encode(),
    "log of many passes": nwipe_log(method="DoD Short", passes=3, footer="1R+B+VA", erasures=True).encode(),
    "log unverified": nwipe_log(footer="1R+NB+NV", verify="0 (off)").encode(),
    "log of reading": nwipe_log(method="Verify Ones  (0xFF)", footer="1R+NB+VL", passes=0).encode(),
    "log of two runs": (nwipe_log(Disk("/dev/sdx", serial="RLS0007X")) + nwipe_log(FAILED)).encode(),
    "blancco": files.blancco(files.erasure(), files.erasure({"serial": "RLS0002B3T"}, state="Failed")),
    "blancco by tags": files.blancco(files.erasure(firmware_rounds="0", total_erasure_rounds="1"), named=False),
    "destruction csv": files.destruction_csv(),
}
DOCUMENTS: dict[str, Any] = {
    "usody": files.usody(),
    "usody sampled before": files.usody(sampled_after=False),
    "usody failed": files.usody(success=False),
    "usody too few steps": files.usody(planned=3),
    "usody on ssd": files.usody(medium="SSD"),
    "nvme": files.nvme(),
    "nvme unchanged": files.nvme(before=files.sanitize_log(1, 2)),
    "nvme overwritten": files.nvme(command="nvme sanitize /dev/nvme0 -a 3", after=files.sanitize_log(1, 3)),
    "nvme failed": files.nvme(after=files.sanitize_log(3, 2)),
    "smartctl": files.smartctl(),
    "blancco json": files.blancco_json(),
    "destruction": files.destruction(),
    "destruction unwitnessed": files.destruction(witness=None),
    "station": files.station(),
    "station failed": files.station(result="Failed"),
}
REPORTS: dict[str, bytes] = {
    "report": files.report_of_drive(),
    "report failed": files.report_of_drive(status="FAILED", errors="2/0/0/0"),
    "report of hidden sectors": files.report_of_drive(hpadco="Unknown"),
    "report of machine": files.report_of_machine({}, {"serial": "RLS0002B3T", "status": "FAILED"}),
}
ALL = {**TEXTS, **{name: files.written(held) for name, held in DOCUMENTS.items()}, **REPORTS}
LADDER = [None, Category.CLEAR, Category.PURGE, Category.DESTROY]
Worth = dict[tuple[str, str | None], tuple[int, int]]


def worth(data: bytes, name: str = "evidence") -> Worth:
    """The best that a file says of each drive: what the verdict proves, then the category. Raises nothing."""
    best: Worth = {}
    for verdict in verdicts_on(data, name):
        assert isinstance(verdict, Verdict)
        key = (verdict.device, verdict.serial)
        best[key] = max(best.get(key, (0, 0)), (WORTH[verdict.verdict], LADDER.index(verdict.category)))
    return best


def assert_no_better(damaged: bytes, *wholes: bytes) -> None:
    """What a damaged log proves of a drive, the whole log proves of it: the serial stands in several lines.

    The other forms say everything once, so a cut through a serial, or lines of two drives that change places, leave
    no trace of themselves. Of them holds that the file proves no more than it did.
    """
    before = [item for whole in wholes for item in worth(whole).items()]
    if not all(whole.startswith(b"[") for whole in wholes):
        best = max((had for _drive, had in before), default=(0, 0))
        assert max(worth(damaged).values(), default=(0, 0)) <= best
        return
    for (device, serial), value in worth(damaged).items():
        if value > (0, 0):
            known = [had for (name, number), had in before if name == device and serial in (number, None)]
            assert value <= max(known, default=(0, 0)), (device, serial, value)


def damages(data: st.DataObject, raw: bytes, other: bytes) -> Iterator[bytes]:
    """One of each damage, at places that Hypothesis chooses."""
    start, end = data.draw(st.integers(0, len(raw))), data.draw(st.integers(0, len(raw)))
    yield raw[:end]
    yield raw[start:]
    yield raw[: min(start, end)] + raw[max(start, end) :]
    lines = raw.splitlines(keepends=True)
    first, second = data.draw(st.integers(0, len(lines) - 1)), data.draw(st.integers(0, len(lines) - 1))
    gone = data.draw(st.integers(1, 3))
    yield b"".join(lines[:first] + lines[first + gone :])
    swapped = list(lines)
    swapped[first], swapped[second] = swapped[second], swapped[first]
    yield b"".join(swapped)
    yield b"".join(lines[:first] + [lines[second]] + lines[first:])
    yield raw.replace(b"\n", b"\r\n")


def encoded(raw: bytes, encoding: str) -> bytes:
    return raw.decode("utf-8", errors="replace").encode(encoding, errors="replace")


ENCODINGS = ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "utf-32", "cp1252", "mac-roman"]


def damaged_text(data: st.DataObject) -> None:
    names = sorted(set(ALL) - set(REPORTS))
    name, other = data.draw(st.sampled_from(names)), data.draw(st.sampled_from(names))
    raw = ALL[name]
    for damaged in damages(data, raw, ALL[other]):
        assert_no_better(damaged, raw)
    assert_no_better(encoded(raw, data.draw(st.sampled_from(ENCODINGS))), raw)
    cut = data.draw(st.integers(0, len(raw)))
    assert_no_better(raw + ALL[other], raw, ALL[other])
    assert_no_better(raw[:cut] + ALL[other], raw, ALL[other])


def edited_text(data: st.DataObject) -> None:
    raw = bytearray(ALL[data.draw(st.sampled_from(sorted(set(ALL) - set(REPORTS))))])
    before = worth(bytes(raw))
    for _turn in range(data.draw(st.integers(1, 3))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    # An edit may rename a drive: what is compared is the best of the file.
    assert max(worth(bytes(raw)).values(), default=(0, 0)) <= max(before.values(), default=(0, 0))


def places(held: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every name and element of a JSON document."""
    if isinstance(held, dict | list):
        for key, value in held.items() if isinstance(held, dict) else enumerate(held):
            yield (*path, key)
            yield from places(value, (*path, key))


ODD = st.sampled_from([None, "", [], {}, -1, 0.5, 10**30, "9" * 400, [[]], {"": {}}, [None], "\u0000", "NaN"])


def damaged_document(data: st.DataObject) -> None:
    whole = DOCUMENTS[data.draw(st.sampled_from(sorted(DOCUMENTS)))]
    held = copy.deepcopy(whole)
    *way, last = data.draw(st.sampled_from(list(places(whole))))
    inner = held
    for key in way:
        inner = inner[key]
    if data.draw(st.booleans()):
        del inner[last]
    else:
        inner[last] = data.draw(ODD)
    best = max(worth(files.written(whole)).values(), default=(0, 0))
    assert max(worth(files.written(held)).values(), default=(0, 0)) <= best


def damaged_report(data: st.DataObject) -> None:
    raw = REPORTS[data.draw(st.sampled_from(sorted(REPORTS)))]
    for damaged in damages(data, raw, raw):
        assert_no_better(damaged, raw)
    edited = bytearray(raw)
    edited[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    assert max(worth(bytes(edited)).values(), default=(0, 0)) <= max(worth(raw).values())


def noise(data: st.DataObject) -> None:
    beginning = data.draw(
        st.sampled_from([b"", b"{", b"[", b"<root>", b"%PDF-1.3\n", b"\xff\xfe", b"serial,batch,technique\n"])
    )
    worth(beginning + data.draw(st.binary(max_size=400)))


TRIALS = {
    trial.__name__: (trial, times)
    for trial, times in (
        (damaged_text, 120),
        (edited_text, 200),
        (damaged_document, 250),
        (damaged_report, 25),
        (noise, 150),
    )
}


@pytest.mark.parametrize("name", TRIALS)
def test_damage_never_raises_and_never_proves_more(name):
    trial, times = TRIALS[name]
    settings(max_examples=times, deadline=None)(given(st.data())(trial))()


@pytest.mark.long
@pytest.mark.parametrize("name", TRIALS)
def test_a_great_deal_of_damage_never_raises_and_never_proves_more(name):
    trial, times = TRIALS[name]
    settings(max_examples=times * 25, deadline=None)(given(st.data())(trial))()


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_no_single_line_is_there_in_vain(name):
    raw = TEXTS[name]
    lines = raw.splitlines(keepends=True)
    for place in range(len(lines)):
        assert_no_better(b"".join(lines[:place] + lines[place + 1 :]), raw)
    for place in range(len(lines) - 1):
        assert_no_better(b"".join([*lines[:place], lines[place + 1], lines[place], *lines[place + 2 :]]), raw)


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_no_name_of_a_document_is_there_in_vain(name):
    whole = DOCUMENTS[name]
    best = max(worth(files.written(whole)).values(), default=(0, 0))
    for *way, last in places(whole):
        held = copy.deepcopy(whole)
        inner = held
        for key in way:
            inner = inner[key]
        del inner[last]
        assert max(worth(json.dumps(held).encode()).values(), default=(0, 0)) <= best, (way, last)


@pytest.mark.skipif(not REAL.is_dir(), reason="the folder of real files is absent")
def test_no_real_file_proves_more_when_cut():
    for path in (*REAL.glob("nwipe/*.log"), *REAL.glob("usody-sanitize/*"), *REAL.glob("smartctl/*")):
        raw = path.read_bytes()
        for cut in range(0, len(raw), max(61, len(raw) // 60)):
            assert_no_better(raw[:cut], raw)
            assert_no_better(raw[cut:], raw)


@pytest.mark.parametrize("data", [b"", b" \n", b"\xff\xfe", b"\x00" * 50, b"x" * 10_000_001])
def test_nothing_and_too_much_are_refused(data):
    with pytest.raises(BadFile):
        judge(data, "a.log")
