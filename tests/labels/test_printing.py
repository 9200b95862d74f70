"""Labels leave once at most: files are counted, a printer gets each run once, and what is unsure is said to be."""

from __future__ import annotations

import datetime as dt
import socket
import socketserver
import struct
import threading
from contextlib import contextmanager
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from inventory.devices.commands import bind_tag, reserve_tags
from inventory.devices.queries import labels_printed
from inventory.errors import BadInput, Conflict, NotAllowed
from inventory.jobs.attempts import claim, work
from inventory.jobs.kinds import Lane
from inventory.jobs.models import Job, JobState
from inventory.ledger.models import Entry
from inventory.lifecycle import Status
from labels import printing
from labels.apps import check_settings
from labels.commands import PrinterFacts, correct_printer, nudge_printer, set_up_printer, withdraw_printer
from labels.jobs import Wish
from labels.models import PrintRun
from labels.printing import feed_printer, send, send_again, take_file
from tests.journeys import declared, make

pytestmark = pytest.mark.django_db


class Paper(socketserver.ThreadingTCPServer):
    """A printer on loopback: what it swallowed lies in `sheets`; `most` bytes and it hangs up."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, most=None):
        self.sheets, self.most, self.done = [], most, threading.Event()
        super().__init__(("127.0.0.1", 0), _Tray)


class _Tray(socketserver.BaseRequestHandler):
    def handle(self):
        kept = b""
        while piece := self.request.recv(65536):
            kept += piece
            if self.server.most is not None and len(kept) >= self.server.most:
                # Unread bytes left behind make the line break at the sender.
                self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                break
        self.server.sheets.append(kept)
        self.server.done.set()


@contextmanager
def printing_press(settings, most=None):
    with Paper(most) as paper:
        thread = threading.Thread(target=paper.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        settings.RELAIS_PRINTER_PORTS = [str(paper.server_address[1])]
        try:
            yield paper
        finally:
            paper.shutdown()
            thread.join()


@pytest.fixture
def press(settings):
    with printing_press(settings) as paper:
        yield paper


def zebra(people, paper, **facts):
    given = {"kind": "zebra", "stock": "18939", "host": "127.0.0.1", "port": paper.server_address[1], "dpi": 300}
    return set_up_printer("Zebra, dock 2", PrinterFacts(**(given | facts)), actor=people.administrator)


def work_off():
    attempt = claim(list(Lane))
    work(attempt, feed_printer)
    attempt.job.refresh_from_db()
    return attempt.job


def wanted(people, count=3):
    return Wish(tuple(reserve_tags(count, actor=people.technician)), printer="zebra-dock-2")


def test_labels_reach_the_printer_once_in_its_own_language(people, press):
    zebra(people, press)
    run = send(wanted(people), actor=people.technician)
    assert run.outcome == "waiting"
    assert work_off().state == JobState.DONE
    press.done.wait(5)
    (received,) = press.sheets
    assert received.count(b"^XA") == 3
    run = PrintRun.objects.get()
    assert (run.outcome, run.sent) == ("sent", 3)
    assert Entry.objects.filter(event="label.print").count() == 3
    assert claim(list(Lane)) is None


def test_a_form_sent_twice_prints_once(people, press):
    zebra(people, press)
    wish = wanted(people)
    first = send(wish, actor=people.technician, ticket="t-1")
    assert send(wish, actor=people.technician, ticket="t-1") == first
    assert PrintRun.objects.count() == Job.objects.count() == 1


def test_a_worker_that_dies_while_sending_is_followed_by_nobody(people, press):
    zebra(people, press)
    send(wanted(people), actor=people.technician)
    first = claim(list(Lane))
    run = PrintRun.objects.select_related("job", "printer").get()
    printing._begin(first, run, [], printing.setting_at(run.printer))  # and here the power went
    Job.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    job = work_off()
    assert job.state == JobState.FAILED
    assert "may have printed" in job.why
    assert PrintRun.objects.get().outcome == "unsure"
    assert press.sheets == []


def test_a_late_worker_that_was_overtaken_sends_nothing(people, press):
    zebra(people, press)
    send(wanted(people), actor=people.technician)
    late = claim(list(Lane))
    Job.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    assert work_off().state == JobState.DONE
    work(late, feed_printer)
    press.done.wait(5)
    assert [sheet.count(b"^XA") for sheet in press.sheets if sheet] == [3]
    assert PrintRun.objects.get().outcome == "sent"


def test_a_printer_that_is_off_prints_nothing_and_says_so(people, press, client):
    zebra(people, press)
    run = send(wanted(people), actor=people.technician)
    press.shutdown()
    press.server_close()
    job = work_off()
    assert job.state == JobState.FAILED
    assert "does not answer" in job.why
    assert PrintRun.objects.get().outcome == "not_sent"
    assert not Entry.objects.filter(subject_kind="label").exists()
    client.force_login(people.technician)
    page = client.get(reverse("print_run", args=[run.code])).content.decode()
    assert "not printed" in page
    assert "Switch it on" in page


def test_a_line_that_breaks_in_the_middle_leaves_it_unsure_and_asks_for_a_look(people, settings, client):
    with printing_press(settings, most=1) as paper:
        zebra(people, paper, stock="99014")
        run = send(wanted(people, 400), actor=people.technician)
        job = work_off()
    assert job.state == JobState.FAILED
    assert "may have printed" in job.why
    run.refresh_from_db()
    assert run.outcome == "unsure"
    client.force_login(people.technician)
    assert "Look at the printer" in client.get(reverse("print_run", args=[run.code])).content.decode()


def test_printing_again_is_a_run_of_its_own_and_counted(people, press):
    zebra(people, press)
    wish = wanted(people, 1)
    run = send(wish, actor=people.technician)
    with pytest.raises(Conflict, match="on their way"):
        send_again(run.code, actor=people.technician)
    work_off()
    again = send_again(run.code, actor=people.technician)
    assert send_again(run.code, actor=people.technician) == again
    work_off()
    assert send_again(run.code, actor=people.technician) != again
    events = Entry.objects.filter(subject_kind="label", subject_key=wish.codes[0]).order_by("id")
    assert [(entry.event, entry.subject_seq) for entry in events] == [("label.print", 1), ("label.reprint", 2)]


def test_an_office_printer_takes_the_pdf_and_a_brother_its_raster(people, press):
    port = press.server_address[1]
    for kind, stock, start in (("office", "L7160", b"%PDF"), ("brother", "DK-11209", bytes(400) + b"\x1b@")):
        press.done.clear()
        facts = PrinterFacts(kind, stock, "127.0.0.1", port)
        printer = set_up_printer(f"One for {kind}", facts, actor=people.administrator)
        wish = Wish(tuple(reserve_tags(2, actor=people.technician)), printer=printer.key)
        send(wish, actor=people.technician)
        assert work_off().state == JobState.DONE
        press.done.wait(5)
        assert press.sheets[-1].startswith(start)


@pytest.mark.parametrize(
    ("facts", "field", "mend"),
    [
        ({"host": "8.8.8.8"}, "host", "outside the networks"),
        ({"host": "169.254.169.254"}, "host", "outside the networks"),
        ({"host": "::ffff:8.8.8.8"}, "host", "outside the networks"),
        ({"host": "no-such-host.invalid"}, "host", "Check its spelling"),
        ({"host": "127.0.0.1", "port": 5432}, "port", "allows 9100-9109"),
        ({"stock": "L7160"}, "stock", "does not go into"),
        ({"kind": "office", "stock": "18939"}, "stock", "does not go into"),
        ({"kind": "brother", "stock": "18939"}, "stock", "does not take"),
        ({"kind": "brother", "stock": "DK-11209", "dpi": 203}, "dpi", "300"),
        ({"stock": "TZe-12"}, "stock", "too small"),
        ({"kind": "fax"}, "kind", "one of"),
    ],
)
def test_a_printer_that_may_not_be_or_cannot_print_is_refused_at_its_field(people, facts, field, mend):
    given = {"kind": "zebra", "stock": "18939", "dpi": 300} | facts
    with pytest.raises(BadInput, match=mend) as caught:
        set_up_printer("Zebra", PrinterFacts(**given), actor=people.administrator)
    assert caught.value.facts["field"] == field


def test_an_address_that_is_no_longer_allowed_gets_nothing(people, press, settings):
    zebra(people, press)
    send(wanted(people), actor=people.technician)
    settings.RELAIS_PRINTERS = ["10.0.0.0/8"]
    assert "outside the networks" in work_off().why
    with pytest.raises(BadInput, match="outside the networks"):
        send(wanted(people), actor=people.technician)
    assert press.sheets == []


def test_who_sets_up_who_corrects_and_who_prints(people, press):
    with pytest.raises(NotAllowed):
        set_up_printer("Zebra", PrinterFacts("zebra", "18939"), actor=people.technician)
    zebra(people, press)
    moved = nudge_printer("zebra-dock-2", actor=people.technician, right=Decimal(-1), down=Decimal("0.5"))
    assert moved.nudge == (-1.0, 0.5)
    with pytest.raises(NotAllowed):
        correct_printer("zebra-dock-2", PrinterFacts("zebra", "18939"), actor=people.technician)
    with pytest.raises(NotAllowed):
        withdraw_printer("zebra-dock-2", actor=people.technician)
    with pytest.raises(NotAllowed):
        send(wanted(people), actor=people.administrator)
    silent = set_up_printer("At home", PrinterFacts("zebra", "18939"), actor=people.administrator)
    with pytest.raises(BadInput, match="no address"):
        send(Wish(tuple(reserve_tags(1, actor=people.technician)), printer=silent.key), actor=people.technician)


def test_each_print_is_an_entry_and_the_device_says_how_many(people, client):
    device = declared()
    for _time in range(3):
        take_file(Wish((device.tag,)), "pdf", actor=people.technician)
    assert labels_printed([device.tag]) == 3
    spare = reserve_tags(1, actor=people.technician)[0]
    take_file(Wish((spare,)), "pdf", actor=people.technician)
    bind_tag(device.tag, spare, actor=people.technician)
    client.force_login(people.technician)
    page = client.get(reverse("device", args=[device.tag])).content.decode()
    assert "Labels printed</dt><dd>4" in page
    assert Entry.objects.get(subject_kind="label", subject_key=device.tag, subject_seq=3).event == "label.reprint"


def test_a_refused_print_counts_nothing(people):
    tag = declared().tag
    for wish, kind in ((Wish((tag,), first=99), "pdf"), (Wish((tag,), stock="L4731"), "zpl"), (Wish((tag,)), "doc")):
        with pytest.raises(BadInput):
            take_file(wish, kind, actor=people.technician)
    with pytest.raises(BadInput, match="one label"):
        take_file(Wish((tag, declared().tag)), "png", actor=people.technician)
    assert not Entry.objects.filter(subject_kind="label").exists()


def test_a_tag_printed_beforehand_is_bound_at_its_first_scan_and_never_to_another(people, client):
    spare = reserve_tags(1, actor=people.technician)[0]
    take_file(Wish((spare,)), "pdf", actor=people.technician)
    first, second = make(Status.RECEIVED), make(Status.RECEIVED)
    bind_tag(first.tag, spare, actor=people.technician)
    with pytest.raises(Conflict):
        bind_tag(second.tag, spare, actor=people.technician)
    client.force_login(people.technician)
    assert client.get(reverse("scan"), {"q": spare})["Location"].endswith(f"/{first.tag}/")


def test_the_pages_of_printers_set_up_correct_and_test(client, people, press):
    client.force_login(people.administrator)
    facts = {"name": "Zebra, dock 2", "kind": "zebra", "stock": "18939", "dpi": "300"}
    facts |= {"host": "127.0.0.1", "port": str(press.server_address[1])}
    wrong = client.post(reverse("label_printer_new"), {**facts, "host": "8.8.8.8"})
    assert wrong.status_code == 422
    assert "outside the networks" in wrong.content.decode()
    assert client.post(reverse("label_printer_new"), facts).status_code == 302
    address = reverse("label_printer", args=["zebra-dock-2"])
    assert client.post(address, {**facts, "stock": "99014"}).status_code == 302
    assert "Dymo 99014" in client.get(reverse("label_printers")).content.decode()
    client.force_login(people.technician)
    assert client.post(address, facts).status_code == 403
    nudged = client.post(reverse("label_printer_nudge", args=["zebra-dock-2"]), {"right": "1.5", "down": "-0.5"})
    assert nudged.status_code == 302
    assert 'value="1.5"' in client.get(address).content.decode()
    far = client.post(reverse("label_printer_nudge", args=["zebra-dock-2"]), {"right": "6", "down": "0"})
    assert far.status_code == 422
    trial = client.get(reverse("label_trial"), {"printer": "zebra-dock-2"})
    assert trial.content.startswith(b"^XA")
    assert client.get(reverse("label_trial"), {"stock": "L7160"}).content.startswith(b"%PDF")
    wish = {"tags": declared().tag, "design": "device", "stock": "L7160", "first": 1, "copies": 1, "dpi": 300}
    asked = {**wish, "printer": "zebra-dock-2", "act": "send", "ticket": "x1"}
    sent = client.post(reverse("label_sheet"), asked)
    assert sent["Location"] == reverse("print_run", args=[PrintRun.objects.get().code])
    assert client.post(reverse("label_sheet"), asked)["Location"] == sent["Location"]
    work_off()
    assert "sent" in client.get(sent["Location"]).content.decode()
    assert client.post(reverse("print_again", args=[PrintRun.objects.get().code])).status_code == 302
    client.force_login(people.administrator)
    assert client.post(reverse("label_printer_withdraw", args=["zebra-dock-2"])).status_code == 302
    assert "No printer yet" in client.get(reverse("label_printers")).content.decode()


@pytest.mark.parametrize(("before", "after"), [("sending", "waiting"), ("sent", "waiting"), ("sent", "sending")])
def test_the_database_lets_no_run_begin_anew(people, press, before, after):
    zebra(people, press)
    run = send(wanted(people), actor=people.technician)
    PrintRun.objects.filter(pk=run.pk).update(state=before)
    with pytest.raises(DatabaseError), transaction.atomic():
        PrintRun.objects.filter(pk=run.pk).update(state=after)


def test_settings_nobody_can_read_are_told_at_the_start(settings):
    assert check_settings() == []
    settings.RELAIS_PRINTERS = ["10.0.0.0/8", "the cellar"]
    settings.RELAIS_PRINTER_PORTS = ["nine"]
    settings.RELAIS_PUBLIC_HOST = "reemploi.informatique.hergebruik.brussels.example"
    assert [fault.id for fault in check_settings()] == ["relais.E010", "relais.E011", "relais.E011"]
