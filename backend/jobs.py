"""Who does which kind of long work: the one table the worker reads."""

from __future__ import annotations

from imports.work import bring_in
from inventory.allocation.letters import set_letters
from inventory.handover.recalling import set_recall
from inventory.jobs.attempts import Handler
from inventory.privacy.bag import set_bag
from inventory.wiping.batches import take_up
from inventory.wiping.printing import set_volumes
from labels.printing import feed_printer

HANDLERS: dict[str, Handler] = {
    "import": bring_in,
    "evidence": take_up,
    "labels": feed_printer,
    "certificates": set_volumes,
    "letters": set_letters,
    "recall": set_recall,
    "sample_bag": set_bag,
}
