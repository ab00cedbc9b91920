"""Pictures that people send with a ticket: checked to be pictures, made small, without what a camera writes into them."""

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from tiemchung.domain.corrections.model import NotAPicture

LARGEST_PICTURE_BYTES = 8 * 1024 * 1024
_MOST_PIXELS = 40_000_000
_LONGEST_SIDE = 1600


def picture(sent: bytes) -> bytes:
    """A JPEG of at most 1600 pixels a side, drawn anew from what was sent. Raises `NotAPicture`."""
    if len(sent) > LARGEST_PICTURE_BYTES:
        raise NotAPicture
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(sent), formats=("JPEG", "PNG", "WEBP")) as opened:
                if opened.width * opened.height > _MOST_PIXELS:
                    raise NotAPicture
                drawn = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombWarning) as wrong:
        raise NotAPicture from wrong
    drawn.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    small = io.BytesIO()
    drawn.save(small, "JPEG", quality=80)
    return small.getvalue()
