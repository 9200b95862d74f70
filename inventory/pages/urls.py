"""Every page of the desk: each stage brings its own list of addresses."""

from __future__ import annotations

from inventory.pages import acts, board, device, devices, health, media, public, refurbishment, scan, wiping

urlpatterns = [
    *board.urls,
    *devices.urls,
    *device.urls,
    *acts.urls,
    *refurbishment.urls,
    *media.urls,
    *wiping.urls,
    *scan.urls,
    *public.urls,
    *health.urls,
]
