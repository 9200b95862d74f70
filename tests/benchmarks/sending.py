"""A workbook sent by a process of its own, as the service sends it: its peak of memory, its first byte, its CPU.

`python -m tests.benchmarks.sending` on the database of DATABASE_URL prints one JSON document.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from pathlib import Path


def send() -> dict[str, float]:
    """The workbook of today, taken chunk by chunk and thrown away."""
    from django.utils import timezone

    from inventory.devices.models import Device
    from inventory.ledger.growth import sealed_size
    from inventory.reports.period import scope_of
    from inventory.reports.workbook import workbook_chunks

    today = timezone.localdate()
    began, length, first, row = time.monotonic(), 0, 0.0, 0.0
    for number, chunk in enumerate(workbook_chunks(scope_of(today, today, "fr"))):
        length += len(chunk)
        first = first or time.monotonic() - began
        # The heading of the first long sheet, and then its rows.
        row = row or (time.monotonic() - began if number == 2 else 0.0)
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "rows": sealed_size(),
        "devices": Device.objects.count(),
        "megabytes": length / 1_000_000,
        "first": first,
        "row": row,
        "seconds": used.ru_utime + used.ru_stime,
        "peak": _peak(),
    }


def _peak() -> int:
    """The most bytes this program has held; what `getrusage` tells counts the process that started it as well."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
    import django

    django.setup()
    sys.stdout.write(json.dumps(send()))
