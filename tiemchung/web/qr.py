"""QR codes as SVG drawn by the server: they stand in a page without a script, and print sharp."""

import io

import segno

from tiemchung.web.text import Safe


def svg(content: str, *, error: str = "m") -> Safe:
    """A QR code that fills its box; `error` is the level of correction: l on screens, q on paper."""
    out = io.BytesIO()
    code = segno.make(content, error=error, micro=False, boost_error=False)
    code.save(out, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=3, svgclass="qr-big", lineclass=None)
    return Safe(out.getvalue().decode())
