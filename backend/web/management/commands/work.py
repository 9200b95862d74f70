"""`./run work`: the worker, one process a lane, so that a long import holds up nobody's evidence."""

from __future__ import annotations

import gc
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections
from django.utils import timezone

from backend.jobs import HANDLERS
from inventory.collection.differences import watch
from inventory.documents import spool
from inventory.errors import BadFile
from inventory.jobs.attempts import work_off
from inventory.jobs.kinds import Lane
from inventory.ledger.checkpoints import nightly
from inventory.ledger.commands import seal
from inventory.lifecycle import TheHouse
from inventory.privacy.eliminations import remove_destroyed_files
from inventory.privacy.listed import say_what_is_due
from inventory.privacy.sweeping import sweep_when_quiet
from inventory.privacy.terms import clear_expired

logger = logging.getLogger("relais")
# Seconds between two looks at an empty lane.
PAUSE = 0.5
SWEEP_EVERY = 3600
WATCH_EVERY = 60


class Command(BaseCommand):
    """Ends at SIGTERM, after the piece it is on; killed, it leaves nothing half done."""

    help = "Do long work: imports, evidence by the thousand. Keep one running beside the service."

    def add_arguments(self, parser: CommandParser) -> None:
        """One lane, or all of them; once, or for ever."""
        parser.add_argument("--lane", choices=[lane.value for lane in Lane], help="default: a process for each")
        parser.add_argument("--once", action="store_true", help="do what waits, then end")

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until told to stop."""
        if options["once"]:
            watch(actor=TheHouse())
            nightly()
            _clear()
            work_off(HANDLERS, [Lane(options["lane"])] if options["lane"] else list(Lane))
            return
        stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        if options["lane"]:
            _one_lane(Lane(options["lane"]), stop)
        else:
            _every_lane(stop)


def _one_lane(lane: Lane, stop: threading.Event) -> None:
    # What stands now stands as long as the process: nobody need look through it for garbage again and again.
    gc.freeze()
    parent = os.getppid()
    watched = cleared = 0.0
    # A worker whose parent was killed is nobody's: it must not go on beside its successor.
    while not stop.wait(PAUSE) and os.getppid() == parent:
        close_old_connections()
        work_off(HANDLERS, [lane], stop=stop.is_set)
        if lane is Lane.SHORT:
            # What a killed process committed and could no longer seal; nearly always nothing, in one question.
            seal()
        if lane is Lane.SHORT and time.monotonic() - watched > WATCH_EVERY:
            watch(actor=TheHouse())
            nightly()
            watched = time.monotonic()
        if lane is Lane.SHORT and (not cleared or time.monotonic() - cleared > SWEEP_EVERY):
            _clear()
            cleared = time.monotonic()


def _clear() -> None:
    """What may be kept no longer; a file of rules that cannot be followed clears nothing, and stops no other work."""
    try:
        clear_expired(actor=TheHouse())
    except BadFile as refusal:
        logger.error("Nothing was cleared: %s", refusal)
    # Archives never go by themselves: only what a list destroyed and a stopped process left on the disk.
    remove_destroyed_files(actor=TheHouse())
    say_what_is_due()
    sweep_when_quiet(timezone.now(), actor=TheHouse())


def _every_lane(stop: threading.Event) -> None:
    command = [sys.executable, "-m", "django", "work", "--lane"]
    at_work = {lane: subprocess.Popen([*command, lane]) for lane in Lane}
    swept = 0.0
    while not stop.wait(PAUSE):
        if time.monotonic() - swept > SWEEP_EVERY or not swept:
            spool.sweep()
            swept = time.monotonic()
        for lane, process in at_work.items():
            if process.poll() is not None:
                at_work[lane] = subprocess.Popen([*command, lane])
    for process in at_work.values():
        process.terminate()
    for process in at_work.values():
        process.wait()
