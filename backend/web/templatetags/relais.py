"""The shell's words for templates: icons, marks, tags, moments and the head of a sortable column."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.template.defaultfilters import date as written_date
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from backend.accounts.demo import sign_ins
from backend.web.icons import ICONS
from backend.web.marks import DEVICE_MARKS, MEDIUM_MARKS
from inventory.lifecycle import MediumState, Status

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """One of the house's icons, hidden from screen readers: the word beside it speaks."""
    drawing = mark_safe(ICONS[name])  # noqa: S308  our own drawings, no input
    return format_html('<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>', drawing)


@register.inclusion_tag("web/parts/status.html")
def status(code: str) -> dict[str, Any]:
    """The mark of a device's status: icon and word."""
    place = Status(code)
    tone, drawing = DEVICE_MARKS[place]
    return {"tone": tone, "icon_name": drawing, "label": place.label}


@register.inclusion_tag("web/parts/status.html")
def medium_state(code: str) -> dict[str, Any]:
    """The mark of a storage medium's state: icon and word."""
    state = MediumState(code)
    tone, drawing = MEDIUM_MARKS[state]
    return {"tone": tone, "icon_name": drawing, "label": state.label}


@register.inclusion_tag("web/parts/status.html")
def mark(tone: str, icon_name: str, label: str | Promise) -> dict[str, Any]:
    """Any other mark: a tone (plain, good, warn, bad, info, brand), an icon and a word."""
    return {"tone": tone, "icon_name": icon_name, "label": label}


@register.filter
def grouped(tag: str) -> str:
    """A tag as it is printed on the label: 7K3QX9M21 becomes 7K3Q-X9M2-1."""
    return "-".join(part for part in (tag[:4], tag[4:8], tag[8:]) if part)


# "5 juin 2026", "5 juil. 2026": three letters alone would not tell them apart.
_DAY = "j N Y"


@register.simple_tag
def when(moment: datetime | date | None) -> str:
    """A date, or a date and time in the city's time zone, as a `<time>` that machines can read too."""
    if moment is None:
        return ""
    if not isinstance(moment, datetime):
        return format_html('<time datetime="{}">{}</time>', moment.isoformat(), written_date(moment, _DAY))
    local = timezone.localtime(moment)
    return format_html(
        '<time datetime="{}">{} <span class="clock">{}</span></time>',
        local.isoformat(timespec="seconds"),
        written_date(local, _DAY),
        written_date(local, "H:i"),
    )


@register.simple_tag
def phone() -> str:
    """The programme's telephone number, as a link that dials."""
    number = settings.RELAIS_PHONE
    dialled = "".join(sign for sign in number if sign.isdigit() or sign == "+")
    return format_html('<a class="phone" href="tel:{}">{}</a>', dialled, number)


@register.inclusion_tag("web/parts/column.html", takes_context=True)
def column(context: template.Context, key: str, label: str, kind: str = "") -> dict[str, Any]:
    """The head of a sortable column: sorts by `key`, and the other way when it is sorted so already.

    `kind="number"` aligns it right. The order stands in the address as `sort=key` or `sort=-key`.
    """
    query = context["request"].GET.copy()
    present = query.get("sort", "")
    turned = f"-{key}" if present == key else key
    query["sort"] = turned
    query.pop("page", None)
    order = {key: "ascending", f"-{key}": "descending"}.get(present, "")
    return {"label": label, "link": f"?{query.urlencode()}", "order": order, "kind": kind}


@register.inclusion_tag("web/parts/table_pager.html", takes_context=True)
def pager(context: template.Context, page: Page[Any]) -> dict[str, Any]:
    """Links to the pages of a list; the filters and the order in the address stay."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    return {"page": page, "pages": list(numbers), "request": context["request"]}


@register.simple_tag
def demo_people() -> list[dict[str, str]]:
    """The demonstration's sign-ins, one a role; nobody outside the demonstration."""
    return sign_ins() if settings.RELAIS_DEMO else []
