"""What stands on a printed paper, read back by poppler as an archive would read it."""

from __future__ import annotations

import io
import shutil
import subprocess

import pytest
import zxingcpp
from PIL import Image

needs_poppler = pytest.mark.skipif(
    not shutil.which("pdftoppm"), reason="pdftoppm is absent (Debian: apt install poppler-utils)"
)


def text_of(pdf: bytes) -> str:
    """The words of a PDF, page by page, its lines as they are laid out."""
    run = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return run.stdout.decode()


def codes_in(pdf: bytes, page: int = 1) -> list[str]:
    """What the QR codes of a PDF's first page, or of another, say, as a camera reads its print at 200 dots an inch."""
    pages = ["-f", str(page), "-l", str(page)]
    run = subprocess.run(["pdftoppm", "-r", "200", "-png", *pages, "-"], input=pdf, capture_output=True, check=True)
    return [code.text for code in zxingcpp.read_barcodes(Image.open(io.BytesIO(run.stdout)))]
