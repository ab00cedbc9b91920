"""Bars of shares: a goal's progress, the parts of a whole. Widths are SVG attributes, so that no style is inline."""

from collections.abc import Sequence
from html import escape

from tiemchung.web.text import Safe


def share_bar(share: float | None, *, label: str, mark: float | None = None) -> str:
    """A share of one as a bar, with a mark where the goal is."""
    width = 100 * min(1.0, max(0.0, share or 0.0))
    goal = "" if mark is None else f'<rect class="mark" x="{100 * mark - 0.4:.1f}" y="0" width="0.8" height="10"/>'
    return Safe(
        f'<svg class="share" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="{escape(label)}">'
        f'<rect class="all" width="100" height="10"/><rect class="part" width="{width:.1f}" height="10"/>{goal}</svg>'
    )


def parts_bar(parts: Sequence[tuple[str, int]], *, label: str) -> str:
    """The parts of a whole, each with its class, in one bar."""
    whole = sum(value for _, value in parts) or 1
    drawn, x = "", 0.0
    for kind, value in parts:
        width = 100 * value / whole
        drawn += f'<rect class="{kind}" x="{x:.2f}" y="0" width="{width:.2f}" height="10"/>'
        x += width
    return Safe(
        f'<svg class="share" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="{escape(label)}">'
        f"{drawn}</svg>"
    )
