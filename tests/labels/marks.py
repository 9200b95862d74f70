"""Two readers who have nothing in common, and what happens to labels in use: wear, and a crooked hand."""

from __future__ import annotations

from itertools import product

import cv2
import numpy
import zxingcpp
from PIL import Image, ImageDraw


def by_zxing(picture: Image.Image) -> list[str]:
    """What zxing-cpp reads."""
    return [found.text for found in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)]


def by_opencv(picture: Image.Image) -> list[str]:
    """What OpenCV's detector reads; as a telephone would, it looks again, nearer, farther and less sharply."""
    grey = numpy.array(picture.convert("L"))
    for scale, blur in product((1.0, 0.5, 2.0, 0.75, 1.5, 0.35), (0, 3)):
        looked = grey if scale == 1 else cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        looked = cv2.GaussianBlur(looked, (blur, blur), 0) if blur else looked
        found, texts, _corners, _codes = cv2.QRCodeDetector().detectAndDecodeMulti(looked)
        if found and any(texts):
            return [text for text in texts if text]
        text, _corners, _code = cv2.QRCodeDetector().detectAndDecode(looked)
        if text:
            return [text]
    return []


def worn(picture: Image.Image, code: tuple[float, float, float, float], part: float = 0.10) -> Image.Image:
    """The same with `part` of the area of its code (left, upper, side, side in dots) scratched white.

    The scratch lies where the code keeps data, off its three eyes.
    """
    left, top, side, _side = code
    worn = picture.convert("L")
    width = side * 0.42
    height = side * side * part / width
    x, y = left + side * 0.40, top + side * 0.52
    ImageDraw.Draw(worn).rectangle((x, y, x + width, y + height), fill=255)
    return worn


def crooked(picture: Image.Image, degrees: float = 1.5) -> Image.Image:
    """The same on a desk, a little askew."""
    desk = Image.new("L", (picture.width + 120, picture.height + 120), 255)
    desk.paste(picture.convert("L"), (60, 60))
    return desk.rotate(degrees, resample=Image.Resampling.BICUBIC, fillcolor=255)
