"""nwipe's reports and the rarer shapes of its logs: the fields decide, never the title or the last sentence."""

from __future__ import annotations

import pytest

from inventory.errors import BadFile
from inventory.wiping.evidence import Category, Outcome
from tests.inventory.wiping import evidence_files as files
from tests.inventory.wiping.evidence_files import the, verdicts
from tests.inventory.wiping.nwipe_logs import Disk, nwipe_log

# --- reports --------------------------------------------------------------------------------------------------------


def test_a_report_of_a_verified_overwrite_is_clear():
    verdict = the(files.report_of_drive(), "nwipe_report_2026_Model_Relais_Serial_RLS0001A7Q_device_sda.pdf")
    assert (verdict.verdict, verdict.category, verdict.verified) == (Outcome.SANITISED, Category.CLEAR, True)
    assert (verdict.device, verdict.serial, verdict.model) == ("/dev/sda", "RLS0001A7Q", "Relais Disk 128")
    assert (verdict.tool, verdict.tool_version, verdict.method) == ("nwipe", "0.42", "PRNG Stream")
    assert "page 1: status: ERASED" in verdict.reasons


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        ({"method": "Verify Zeros (0x00)", "bytes": "x"}, Outcome.NOTHING_WIPED),
        ({"method": "Verify Ones  (0xFF)"}, Outcome.NOTHING_WIPED),
        ({"status": "FAILED"}, Outcome.FAILED),
        ({"status": "INSANITY"}, Outcome.FAILED),
        ({"status": "ABORTED"}, Outcome.ABORTED),
        ({"errors": "0/2/0/0"}, Outcome.FAILED),
        ({"errors": "0/0/0/7"}, Outcome.NEEDS_PERSON),
        ({"errors": None}, Outcome.NEEDS_PERSON),
        ({"status": None}, Outcome.UNREADABLE),
        ({"method": "Polish"}, Outcome.NEEDS_PERSON),
        ({"rounds": "1/3"}, Outcome.NEEDS_PERSON),
        ({"bytes": f"{files.SIZE - 512}, (99.99%)"}, Outcome.FAILED),
        ({"hpadco": "Hidden sectors found!"}, Outcome.NEEDS_PERSON),
        ({"hpasize": "Unknown"}, Outcome.NEEDS_PERSON),
        ({"verifypass": "None"}, Outcome.OVERWRITTEN_NOT_VERIFIED),
        ({"verifypass": "Verify All"}, Outcome.SANITISED),
        ({"serial": "XXXXXXXXXX"}, Outcome.NEEDS_PERSON),
    ],
)
def test_the_fields_of_a_report_decide_and_not_its_title(changed, outcome):
    changed = {("byteserased" if name == "bytes" else name): value for name, value in changed.items()}
    verdict = the(files.report_of_drive(**changed))
    assert verdict.verdict == outcome
    assert bool(verdict.category) == (outcome in (Outcome.SANITISED, Outcome.OVERWRITTEN_NOT_VERIFIED))


def test_a_report_whose_status_denies_its_counters_quotes_the_status():
    assert the(files.report_of_drive(errors="3/0/0/0")).contradictions == ("page 1: status: ERASED",)


def test_a_report_without_serial_is_matched_by_nobody_but_a_person():
    verdict = the(files.report_of_drive(serial="Unknown"))
    assert (verdict.verdict, verdict.serial) == (Outcome.SANITISED, None)
    assert "cannot be matched" in verdict.reasons[-1]


def test_serials_that_differ_between_field_health_page_and_name_need_a_person():
    assert the(files.report_of_drive(smart=("serial number:    RLS0009Z",))).verdict == Outcome.NEEDS_PERSON
    assert the(files.report_of_drive(smart=("serial number:    RLS0001A7Q",))).verdict == Outcome.SANITISED
    name = "nwipe_report_x_Model_m_Serial_RLS0009Z_device_sda.pdf"
    assert the(files.report_of_drive(), name).verdict == Outcome.NEEDS_PERSON


def test_the_health_page_tells_the_kind_of_medium():
    assert the(files.report_of_drive(smart=("rotation rate:    Solid State Device",))).medium_kind == "sata_ssd"
    assert the(files.report_of_drive(smart=("rotation rate:    5400 rpm",))).medium_kind == "hdd"


def test_each_drive_of_a_machine_has_its_own_verdict():
    report = files.report_of_machine(
        {},
        {"serial": "RLS0002B3T", "status": "FAILED"},
        {"serial": "RLS0003C", "status": "ABORTED"},
        {"serial": "XXXX"},
    )
    found = {verdict.serial: verdict.verdict for verdict in verdicts(report)}
    assert found == {
        "RLS0001A7Q": Outcome.SANITISED,
        "RLS0002B3T": Outcome.FAILED,
        "RLS0003C": Outcome.ABORTED,
        None: Outcome.NEEDS_PERSON,
    }


def test_a_report_that_was_written_to_again_needs_a_person():
    report = files.report_of_drive()
    assert the(report + b"\n%%EOF\n").verdict == Outcome.NEEDS_PERSON
    with pytest.raises(BadFile, match="one by one"):
        verdicts(report + b"\n" + report)


# --- rarer logs -----------------------------------------------------------------------------------------------------


def test_the_random_pattern_of_ops_two_is_its_verification():
    log = nwipe_log(method="RCMP TSSIT OPS-II", passes=8, footer="1R+B+VL").replace(
        "[SUCCESS] Verified that /dev/sda is empty.", "[SUCCESS] Verified FRP on '/dev/sda' matches"
    )
    assert the(log).verdict == Outcome.SANITISED
    last = [line for line in log.splitlines() if "bytes written" in line][-1]
    assert the(log.replace(last + "\n", "")).verdict == Outcome.NEEDS_PERSON


def test_a_log_of_an_old_version_without_tables_needs_a_person():
    log = nwipe_log(ending="successfully exited.")
    head, tail = log[: log.index("\n***")], log[log.rindex("[2026") :]
    assert the(f"{head}\n{tail}").verdict == Outcome.NEEDS_PERSON


def test_an_nvme_drive_overwritten_is_clear():
    verdict = the(nwipe_log(Disk("/dev/nvme0n1")).replace("nvme0n1 |", "vme0n1 |"))
    assert (verdict.verdict, verdict.category, verdict.medium_kind) == (Outcome.SANITISED, Category.CLEAR, "nvme")


def test_numbers_of_a_protected_area_alone_are_no_doubt():
    fine = ("HPA values 250069680 / 250069680 on /dev/sda", "DCO Real max sectors not reported on /dev/sda")
    assert the(nwipe_log(extra=fine)).verdict == Outcome.SANITISED
    assert the(nwipe_log(extra=("HPA values 9 / 250069680 on /dev/sda",))).verdict == Outcome.NEEDS_PERSON


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_log_is_read_in_any_encoding_and_with_any_line_end(encoding, end):
    assert the(nwipe_log().replace("\n", end).encode(encoding)).verdict == Outcome.SANITISED


def test_a_failed_drive_quotes_the_lines_that_praise_it():
    log = nwipe_log(Disk(status="-FAILED-", errors=(0, 0, 2)), ending="exited with errors, check the log")
    assert any("[SUCCESS] Blanked" in line for line in the(log).contradictions)


def test_a_log_of_more_drives_than_any_station_holds_is_unreadable_and_quickly():
    found = "".join(
        f"[2026/03/02 09:15:00]  notice: Found /dev/d{number}, ATA , A, 1 GB, S/N=A{number}\n" for number in range(9000)
    )
    assert the(found).verdict == Outcome.UNREADABLE
    rack = nwipe_log(*(Disk(f"/dev/bay{number}", serial=f"RLS{number:05d}") for number in range(200)))
    assert {verdict.verdict for verdict in verdicts(rack)} == {Outcome.SANITISED}
