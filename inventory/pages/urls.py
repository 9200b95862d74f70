"""Every page of the desk: each stage brings its own list of addresses."""

from __future__ import annotations

from inventory.pages import (
    acts,
    allocation,
    associations,
    audit,
    board,
    certificates,
    collection,
    device,
    devices,
    genealogy,
    handover,
    health,
    jobs,
    media,
    public,
    refurbishment,
    requests,
    scan,
    second_checks,
    wiping,
)

urlpatterns = [
    *board.urls,
    *devices.urls,
    *device.urls,
    *genealogy.urls,
    *acts.urls,
    *refurbishment.urls,
    *media.urls,
    *wiping.urls,
    *second_checks.urls,
    *certificates.urls,
    *scan.urls,
    *collection.urls,
    *associations.urls,
    *requests.urls,
    *allocation.urls,
    *handover.urls,
    *audit.urls,
    *public.urls,
    *jobs.urls,
    *health.urls,
]
