"""QR codes drawn by the server: they stand in a page without a script, and print sharp."""

import base64
import io

import segno

from tiemchung.web.text import Safe

_QUIET_MODULES = 3


def svg(content: str, *, error: str = "m") -> Safe:
    """A QR code that fills its box; `error` is the level of correction: l on screens, q on paper.

    Its squares are the pixels of a picture: a tenth of what they take as a path, over a slow line for a certificate.
    """
    code = segno.make(content, error=error, micro=False, boost_error=False)
    side, _ = code.symbol_size(border=_QUIET_MODULES)
    picture = io.BytesIO()
    code.save(picture, kind="png", border=_QUIET_MODULES)
    source = f"data:image/png;base64,{base64.b64encode(picture.getvalue()).decode()}"
    return Safe(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" class="qr-big">'
        f'<image href="{source}" width="{side}" height="{side}" image-rendering="pixelated"/></svg>'
    )
