"""Every page of the desk: each stage brings its own list of addresses."""

from __future__ import annotations

from inventory.pages import health

urlpatterns = [
    *health.urls,
]
