"""What a person reads on a page."""

from __future__ import annotations

import html
import re
from typing import Any


def words(response: Any) -> str:
    """The text of a page, without its marks."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())
