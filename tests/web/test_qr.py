"""QR codes that the server draws: light enough for a slow line, and read back as what they hold."""

import base64
import io
import re

import zxingcpp
from PIL import Image

from tiemchung.web import qr

# As long as a certificate, in the same letters.
CONTENT = "HC1:" + "NCFD70Y90T9WTWGSLKC 4X7923S.VFN4" * 17


def test_a_code_is_read_back_and_weighs_little():
    drawn = qr.svg(CONTENT, error="l")

    picture = re.search(r'href="data:image/png;base64,([^"]+)" width="(\d+)"', drawn)
    assert picture
    image = Image.open(io.BytesIO(base64.b64decode(picture[1])))
    side = int(picture[2])
    assert image.size == (side, side)  # a pixel a square: sharp at any size
    large = image.convert("L").resize((side * 4, side * 4), Image.Resampling.NEAREST)
    assert [found.text for found in zxingcpp.read_barcodes(large)] == [CONTENT]
    assert len(drawn) < 2_000
