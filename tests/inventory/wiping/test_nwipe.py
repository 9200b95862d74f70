"""nwipe's logs are believed only where everything in them agrees, drive by drive."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.errors import BadFile
from inventory.wiping.evidence import Category, Outcome, Verdict, judge
from tests.inventory.wiping.nwipe_logs import SIZE, Disk, nwipe_log

REAL = Path(__file__).parents[4] / "shared" / "real" / "nwipe"


def verdicts(log: str | bytes) -> list[Verdict]:
    return judge(log.encode() if isinstance(log, str) else log, "a.log")


def outcomes(log: str | bytes) -> list[Outcome]:
    return [verdict.verdict for verdict in verdicts(log)]


def test_a_verified_overwrite_is_sanitised_as_clear():
    (verdict,) = verdicts(nwipe_log())
    assert verdict.verdict == Outcome.SANITISED
    assert verdict.category == Category.CLEAR
    assert verdict.verified
    assert (verdict.serial, verdict.model, verdict.size_bytes) == ("RLS0001A7Q", "Relais Disk 128", SIZE)
    assert (verdict.tool, verdict.tool_version, verdict.method) == ("nwipe", "0.33", "Fill With Zeros")
    assert verdict.errors == (("pass", 0), ("verification", 0), ("fdatasync", 0))
    assert all(re.match(r"line \d+: ", reason) for reason in verdict.reasons)


@pytest.mark.parametrize(
    ("method", "passes", "footer"),
    [("DoD Short", 3, "1R+B+VA"), ("PRNG Stream", 1, "1R+NB+VL"), ("Gutmann Wipe", 35, "1R+B+VL")],
)
def test_several_passes_are_sanitised_when_all_of_them_are_there(method, passes, footer):
    assert outcomes(nwipe_log(method=method, passes=passes, footer=footer, erasures=True)) == [Outcome.SANITISED]


@pytest.mark.parametrize("method", ["Verify Zeros (0x00)", "Verify Ones  (0xFF)"])
def test_a_reading_method_wiped_nothing_though_it_ends_as_erased(method):
    (verdict,) = verdicts(nwipe_log(method=method, footer="1R+NB+VL", passes=0))
    assert verdict.verdict == Outcome.NOTHING_WIPED
    assert verdict.category is None
    assert not verdict.verified


def test_without_verification_it_is_overwritten_only():
    (verdict,) = verdicts(nwipe_log(footer="1R+NB+NV", verify="0 (off)"))
    assert verdict.verdict == Outcome.OVERWRITTEN_NOT_VERIFIED
    assert not verdict.verified


def test_one_failed_drive_does_not_fail_its_neighbour():
    log = nwipe_log(
        Disk("/dev/sda"),
        Disk("/dev/sdb", serial="RLS0002B3T", status="-FAILED-", errors=(0, 0, 2)),
        ending="exited with errors, check the log & summary table for individual drive status.",
    )
    assert "[SUCCESS] Blanked device /dev/sdb" in log
    assert outcomes(log) == [Outcome.SANITISED, Outcome.FAILED]


def test_an_aborted_drive_is_aborted_whatever_percentage_is_shown():
    log = nwipe_log(Disk(status="UABORTED"), erasures=True, ending="was aborted by the user. Check the summary table.")
    assert "100.00%" in log
    assert outcomes(log) == [Outcome.ABORTED]


@pytest.mark.parametrize("serial", ["", "To be filled by O.E.M.", "0000000000"])
def test_a_serial_that_identifies_nothing_is_none(serial):
    (verdict,) = verdicts(nwipe_log(Disk(serial=serial)))
    assert verdict.serial is None
    assert "cannot be matched" in verdict.reasons[-1]


@pytest.mark.parametrize("serial", ["???????????????", "XXXXXXXXXXXXXXX"])
def test_a_hidden_serial_needs_a_person(serial):
    (verdict,) = verdicts(nwipe_log(Disk(serial=serial), quiet="1"))
    assert (verdict.verdict, verdict.serial) == (Outcome.NEEDS_PERSON, None)


def test_serials_that_differ_need_a_person():
    log = nwipe_log().replace("has serial number RLS0001A7Q", "has serial number RLS0001A7X")
    (verdict,) = verdicts(log)
    assert (verdict.verdict, verdict.serial) == (Outcome.NEEDS_PERSON, None)


def test_fewer_bytes_than_the_drive_holds_is_a_failure():
    assert outcomes(nwipe_log(Disk(written=SIZE - 512))) == [Outcome.FAILED]


@pytest.mark.parametrize(
    "line",
    [
        "[BAD]The host protected area is enabled on /dev/sda",
        "*** HIDDEN SECTORS DETECTED ! *** on /dev/sda",
        "[UNSURE] HIDDEN SECTORS INDETERMINATE! on /dev/sda",
    ],
)
def test_hidden_areas_are_for_a_person(line):
    assert outcomes(nwipe_log(extra=(line,))) == [Outcome.NEEDS_PERSON]


def test_a_protected_area_that_is_disabled_is_fine():
    line = "[GOOD]The host protected area is disabled on /dev/sda"
    assert outcomes(nwipe_log(extra=(line,))) == [Outcome.SANITISED]


def test_an_unknown_method_needs_a_person():
    assert outcomes(nwipe_log(method="Secure Erase (ATA/NVMe)")) == [Outcome.NEEDS_PERSON]


def test_an_announced_verification_that_is_not_reported_needs_a_person():
    assert outcomes(nwipe_log(Disk(verified=False))) == [Outcome.NEEDS_PERSON]


def test_an_erased_drive_in_a_run_that_exited_with_errors_nobody_made_needs_a_person():
    log = nwipe_log(ending="exited with errors, check the log & summary table for individual drive status.")
    assert outcomes(log) == [Outcome.NEEDS_PERSON]


def test_names_cut_to_the_same_end_need_a_person():
    log = nwipe_log(Disk("/dev/disk/by-id/first-bay-1"), Disk("/dev/disk/by-id/later-bay-1", serial="RLS0003C"))
    log = re.sub(r"disk/by-id/(?:first|later)-bay-1 \|", "bay-1 |", log)
    assert set(outcomes(log)) == {Outcome.NEEDS_PERSON}


def test_two_logs_in_one_file_are_judged_apart():
    failed = nwipe_log(
        Disk(status="-FAILED-", errors=(3, 0, 0)), ending="exited with errors, check the log & summary table."
    )
    assert outcomes(failed + nwipe_log(Disk("/dev/sdc"))) == [Outcome.FAILED, Outcome.SANITISED]


def test_the_head_of_one_log_and_the_tail_of_another_prove_nothing():
    good, other = nwipe_log(), nwipe_log(Disk(serial="RLS0009Z"))
    joined = good[: good.index("Total Throughput") - 30] + other
    assert Outcome.SANITISED not in outcomes(joined)


def test_a_log_saved_by_a_windows_editor_is_read_the_same():
    log = nwipe_log().replace("\n", "\r\n")
    assert outcomes(log) == outcomes(log.encode("utf-16")) == outcomes(b"\xef\xbb\xbf" + log.encode()) == ["sanitised"]


def test_what_no_tool_has_written_is_refused():
    with pytest.raises(BadFile, match="No known wiping tool"):
        judge(b"All disks wiped, promised.", "a.log")
    with pytest.raises(BadFile, match="empty"):
        judge(b" \n", "a.log")


# --- no damage makes a log prove more --------------------------------------------------------------------------

WORTH = {Outcome.SANITISED: 2, Outcome.OVERWRITTEN_NOT_VERIFIED: 1}
LOGS = [
    nwipe_log(),
    nwipe_log(Disk(), Disk("/dev/sdb", serial=""), method="DoD Short", passes=3, footer="1R+B+VA", erasures=True),
    nwipe_log(footer="1R+NB+NV", verify="0 (off)"),
    nwipe_log(method="Verify Zeros (0x00)", footer="1R+NB+VL", passes=0),
    nwipe_log(
        Disk(),
        Disk("/dev/sdb", serial="RLS0002B3T", status="-FAILED-", errors=(0, 0, 2)),
        extra=("nwipe_static_pass: fdatasync: Input/output error",),
        ending="exited with errors, check the log & summary table.",
    ),
    nwipe_log(Disk(status="UABORTED"), ending="was aborted by the user. Check the summary table.", erasures=True),
    nwipe_log(Disk(serial="???????????????"), quiet="1"),
]


def worth(data: bytes) -> dict[str, int]:
    """The best that the file says of each drive."""
    best: dict[str, int] = {}
    try:
        found = judge(data, "a.log")
    except BadFile:
        return best
    for verdict in found:
        best[verdict.device] = max(best.get(verdict.device, 0), WORTH.get(verdict.verdict, 0))
    return best


def assert_no_better(damaged: bytes, whole: str) -> None:
    before = worth(whole.encode())
    for device, value in worth(damaged).items():
        assert value <= before.get(device, 0), device


@given(st.sampled_from(LOGS), st.data())
@settings(max_examples=300, deadline=None)
def test_truncating_a_log_never_improves_its_verdict(log, data):
    raw = log.encode()
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(0, len(raw)))
    assert_no_better(raw[:end], log)
    assert_no_better(raw[start:], log)


@given(st.sampled_from(LOGS), st.data())
@settings(max_examples=300, deadline=None)
def test_removing_lines_never_improves_the_verdict(log, data):
    lines = log.splitlines(keepends=True)
    gone = data.draw(st.integers(0, len(lines) - 1))
    more = data.draw(st.integers(1, 3))
    assert_no_better("".join(lines[:gone] + lines[gone + more :]).encode(), log)


@given(st.sampled_from(LOGS), st.data())
@settings(max_examples=300, deadline=None)
def test_changing_one_byte_never_improves_the_verdict(log, data):
    raw = bytearray(log.encode())
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] = data.draw(st.integers(0, 255))
    improved = worth(bytes(raw))
    before = worth(log.encode())
    assert all(value <= before[device] for device, value in improved.items() if device in before)


@given(st.sampled_from(LOGS), st.sampled_from(LOGS), st.data())
@settings(max_examples=200, deadline=None)
def test_joining_pieces_of_logs_never_raises(first, second, data):
    cut = data.draw(st.integers(0, len(first)))
    worth((first[:cut] + second).encode())
    worth((second + first[cut:]).encode("utf-16"))


@given(st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_noise_around_a_log_line_is_a_verdict_or_a_refusal(noise):
    for data in (noise, b"[2026/03/02 09:15:00]  notice: Found /dev/sda, ATA , A, 1 GB, S/N=1\n" + noise):
        worth(data)


# --- the truths of real logs -------------------------------------------------------------------------------------

TRUTHS = {
    "nwipe_0.33_zero_ok_2drives.log": {"/dev/loop0": "sanitised", "/dev/loop1": "sanitised"},
    "nwipe_0.42_zero_ok_2drives.log": {"/dev/loop0": "sanitised", "/dev/loop1": "sanitised"},
    "nwipe_0.42_verify_zero_only.log": {"/dev/loop0": "nothing_wiped"},
    "nwipe_0.33_prng_noverify_noblank.log": {"/dev/loop0": "overwritten_not_verified"},
    "nwipe_0.33_quiet_anonymised.log": {"/dev/loop1": "needs_person"},
    "nwipe_0.33_io_error_FAILED_one_ok_one_failed.log": {"/dev/loop1": "sanitised", "/dev/loop2": "failed"},
    "nwipe_0.42_user_abort_UABORTED.log": {"/dev/loop3": "aborted"},
    "nwipe_0.33_dodshort_verify_all.log": {"/dev/loop1": "sanitised"},
}


@pytest.mark.skipif(not REAL.is_dir(), reason="the folder of real files is absent")
@pytest.mark.parametrize("name", TRUTHS)
def test_real_logs_get_their_true_verdicts(name):
    found = verdicts((REAL / name).read_bytes())
    assert {verdict.device: verdict.verdict for verdict in found} == TRUTHS[name]
    assert all(verdict.serial is None for verdict in found)


@pytest.mark.skipif(not REAL.is_dir(), reason="the folder of real files is absent")
def test_no_real_log_proves_more_when_cut():
    for name in TRUTHS:
        raw = (REAL / name).read_bytes()
        whole = worth(raw)
        for cut in range(0, len(raw), 61):
            assert all(value <= whole.get(device, 0) for device, value in worth(raw[:cut]).items())
            assert all(value <= whole.get(device, 0) for device, value in worth(raw[cut:]).items())
