"""Reads of containers: which there are, what lies in them, which seals they bore, and what a scanned code holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from inventory.devices.containers.models import Container, ContainerItem, ContainerKind, Sealing
from inventory.devices.models import Device
from inventory.devices.tags import read_tag
from inventory.errors import NotAllowed, NotFound, Refusal
from inventory.lifecycle import Actor, Word

# Who packs, drives, stores or audits sees what lies in the crates.
READERS = (Word.READ_DEVICES, Word.COLLECT, Word.RECEIVE, Word.STORE, Word.AUDIT)


def containers(actor: Actor, *, kind: str = "", state: str = "", words: str = "") -> QuerySet[Any]:
    """Containers, newest first, each with `lying` (how many items) and `seal` (None when open). Refuses NotAllowed.

    `state` is `open`, `sealed` or empty; `words` looks in the tag, the seal and the codes of what lies in it.
    """
    if not any(actor.holds(word) for word in READERS):
        raise NotAllowed(_("Your role may not see crates and pallets."))
    unbroken = Sealing.objects.filter(container=OuterRef("pk"), broken_at__isnull=True)
    found: QuerySet[Any] = Container.objects.select_related("location").annotate(
        lying=Count("items", filter=Q(items__until__isnull=True)),
        seal=Subquery(unbroken.values("seal")[:1]),
    )
    if kind in set(ContainerKind):
        found = found.filter(kind=kind)
    if state in ("open", "sealed"):
        found = found.filter(seal__isnull=state == "open")
    for word in words.upper().split():
        bare = word.replace("-", "")
        inside = ContainerItem.objects.filter(container=OuterRef("pk"), until__isnull=True).filter(
            Q(device__tag__contains=bare) | Q(medium__code__contains=bare)
        )
        found = found.filter(Q(code__contains=bare) | Q(seal__icontains=word) | Exists(inside))
    return found.order_by("-id")


def container_of(code: str, actor: Actor) -> Any:
    """One container as `containers` gives it. Refuses: NotAllowed; BadInput (no tag); NotFound."""
    found = containers(actor).filter(code=read_tag(code)).first()
    if found is None:
        raise NotFound(_("No crate, pallet or bag bears the tag %(tag)s."), tag=read_tag(code))
    return found


def container_scanned(text: str) -> Container | None:
    """The container whose tag this scan is, if it is one."""
    try:
        code = read_tag(text)
    except Refusal:
        return None
    return Container.objects.filter(code=code).first()


def lying_in(container: Container) -> QuerySet[ContainerItem]:
    """What lies in a container now, in the order in which it was put there."""
    found = container.items.filter(until__isnull=True)
    return found.select_related("device", "medium").order_by("id")


def code_of(item: ContainerItem) -> str:
    """The tag of a device, or the code of a storage medium, that lies in a container."""
    return item.device.tag if item.device else item.medium.code if item.medium else ""


def seals_of(container: Container) -> QuerySet[Sealing]:
    """The seals a container bore, newest first."""
    return container.sealings.select_related("sealed_by", "broken_by").order_by("-id")


def sealing_on(container: Container) -> Sealing | None:
    """The seal a container bears now, if any."""
    return container.sealings.filter(broken_at__isnull=True).first()


def seal_over(device: Device) -> Sealing | None:
    """The seal under which a device lies, with its container, if any."""
    lying = ContainerItem.objects.filter(device=device, until__isnull=True).values("container_id")
    return Sealing.objects.filter(container__in=lying, broken_at__isnull=True).select_related("container").first()


@dataclass(frozen=True, slots=True)
class Unpacked:
    """Scanned codes taken apart: devices scanned by themselves, and containers with the devices that lie in them."""

    tags: list[str]
    containers: list[tuple[Container, list[str]]]

    @property
    def everything(self) -> list[str]:
        """Every device, each once, in the order scanned."""
        packed = [tag for _container, tags in self.containers for tag in tags]
        return list(dict.fromkeys([*self.tags, *packed]))


def unpacked(codes: Iterable[str]) -> Unpacked:
    """Part the tags of containers from those of devices. Refuses (BadInput) what is no tag."""
    wanted = list(dict.fromkeys(read_tag(code) for code in codes))
    known = {one.code: one for one in Container.objects.filter(code__in=wanted)}
    inside = {
        one.code: [item.device.tag for item in lying_in(one) if item.device is not None] for one in known.values()
    }
    return Unpacked(
        [code for code in wanted if code not in known],
        [(known[code], inside[code]) for code in wanted if code in known],
    )
