"""Papers people read, set with typst: tagged PDF (UA-1) that also archives well (PDF/A-2a), byte-identical twice."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import orjson

PAPERS = Path(__file__).resolve().parent / "papers"


def set_paper(template: str, data: dict[str, Any]) -> bytes:
    """The PDF of `papers/<template>.typ`, filled with `data` (strings, numbers, lists: values, never markup).

    Raises typst.TypstError when the template and the data do not fit.
    """
    import typst

    return bytes(
        typst.compile(
            str(PAPERS / f"{template}.typ"),
            format="pdf",
            sys_inputs={"data": orjson.dumps(data).decode()},
            pdf_standards=["ua-1", "a-2a"],
        )
    )


def qr_svg(text: str, *, dense: bool = False) -> str:
    """A QR code as SVG, for papers: black on white, quiet zone of 4 modules included.

    `dense`: for texts of a thousand signs, with as little repair as the standard has, so that its modules stay large.
    """
    import qrcode
    from qrcode.image.svg import SvgPathImage

    code = qrcode.QRCode(
        error_correction=qrcode.constants.ERROR_CORRECT_L if dense else qrcode.constants.ERROR_CORRECT_Q, border=4
    )
    code.add_data(text)
    buffer = io.BytesIO()
    code.make_image(image_factory=SvgPathImage).save(buffer)
    return buffer.getvalue().decode()
