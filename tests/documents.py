"""What stands on a printed paper, read back by poppler as an archive would read it."""

from __future__ import annotations

import shutil
import subprocess

import pytest

needs_poppler = pytest.mark.skipif(
    not shutil.which("pdftoppm"), reason="pdftoppm is absent (Debian: apt install poppler-utils)"
)


def text_of(pdf: bytes) -> str:
    """The words of a PDF, page by page, its lines as they are laid out."""
    run = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return run.stdout.decode()
