"""QR codes: drawn for certificates, and read from pictures."""

from pathlib import Path
from typing import Literal

import zxingcpp
from PIL import Image, UnidentifiedImageError

_LARGEST_PIXELS = 60_000_000


class NoCode(ValueError):
    """The picture cannot be read, or holds no QR code."""


def svg(text: str, *, level: Literal["L", "Q"] = "L") -> str:
    """A code with its quiet zone as SVG: level L on screens, Q on paper, which folds and fades."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=level)
    return code.to_svg(add_quiet_zones=True)


def read(file: Path) -> list[str]:
    """The texts of the QR codes in a picture. Raises `NoCode`."""
    try:
        with Image.open(file) as picture:
            if picture.width * picture.height > _LARGEST_PIXELS:
                raise NoCode("the picture is too large")
            grey = picture.convert("RGBA") if picture.mode in {"P", "LA"} else picture.convert("L")
            if grey.mode == "RGBA":
                # What is transparent is paper.
                paper = Image.new("RGBA", grey.size, "white")
                paper.alpha_composite(grey)
                grey = paper.convert("L")
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError, SyntaxError, ValueError) as broken:
        raise NoCode(f"no picture: {type(broken).__name__}") from None
    qr_only = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    codes = zxingcpp.read_barcodes(grey, formats=qr_only, text_mode=zxingcpp.TextMode.Plain)
    found = [code.text for code in codes if code.text]
    if not found:
        raise NoCode("no QR code in the picture")
    return found
