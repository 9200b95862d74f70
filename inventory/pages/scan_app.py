"""The scan pages as an app for phones: its worker with the list of its files, its manifest, and a sign of life."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import orjson
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

# What a scan page needs to open without a network.
FILES = (
    *("web/relais.css", "web/relais.js", "web/mark.svg", "inventory/desk.css", "inventory/scan.css"),
    *("inventory/papers.css", "inventory/signature.js"),
    *(
        f"inventory/scan{part}.js"
        for part in (
            "",
            "-another",
            "-answers",
            "-app",
            "-camera",
            "-codes",
            "-delivery",
            "-keeping",
            "-sending",
            "-signals",
        )
    ),
    *(
        f"inventory/vendor/barcode-detector/{name}"
        for name in ("ponyfill.js", "zxing-exported.js", "zxing_reader.wasm")
    ),
)


@cache
def _version() -> str:
    # Of what the files hold: a new release makes every phone fetch them anew, nothing else does.
    digest = hashlib.sha256()
    for name in FILES:
        digest.update(Path(str(finders.find(name))).read_bytes())
    return digest.hexdigest()[:16]


@require_safe
@never_cache
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, with the list of its files and their version."""
    context = {"files": orjson.dumps([static(name) for name in FILES]).decode(), "version": _version()}
    return render(request, "inventory/scan/worker.js", context, content_type="text/javascript; charset=utf-8")


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to know to put the scan pages onto its home screen."""
    told = {
        "name": _("Relais: scanning"),
        "short_name": "Relais",
        "start_url": reverse("scan_sessions"),
        "scope": "/scan/",
        "display": "standalone",
        "background_color": "#fbfaf7",
        "theme_color": "#0b5c57",
        "icons": [
            {"src": static("web/mark.svg"), "sizes": "any", "type": "image/svg+xml"},
            *(
                {"src": static(f"inventory/icon-{side}.png"), "sizes": f"{side}x{side}", "type": "image/png"}
                for side in (192, 512)
            ),
            {
                "src": static("inventory/icon-mask.png"),
                "sizes": "512x512",
                "type": "image/png",
                "purpose": "maskable",
            },
        ],
    }
    return JsonResponse(told, content_type="application/manifest+json")


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """That the server is there, its clock, and a fresh proof for the next write."""
    return JsonResponse({"now": timezone.now().isoformat(), "token": get_token(request)})


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What stands in for a page that is not kept on the phone."""
    return render(request, "inventory/scan/offline.html")


urls = [
    path("scan/worker.js", worker, name="scan_worker"),
    path("scan/app.webmanifest", manifest, name="scan_manifest"),
    path("scan/ready/", ready, name="scan_ready"),
    path("scan/offline/", offline, name="scan_offline"),
]
