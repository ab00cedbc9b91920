"""Bars of shares: a goal's progress, the parts of a whole. Widths are SVG attributes, so that no style is inline."""

from collections.abc import Sequence
from html import escape

from tiemchung.web.text import Safe


def share_bar(share: float | None, *, label: str, mark: float | None = None, kind: str = "") -> str:
    """A share of one as a bar, with a mark where the goal is. `kind` is thin, warn or bad."""
    width = 100 * min(1.0, max(0.0, share or 0.0))
    goal = "" if mark is None else f'<rect class="goal" x="{100 * mark - 0.4:.1f}" y="0" width="0.8" height="10"/>'
    return _bar(
        f'<rect class="all" width="100" height="10"/><rect class="part" width="{width:.1f}" height="10"/>{goal}',
        label,
        kind,
    )


def parts_bar(parts: Sequence[tuple[str, float]], *, label: str, kind: str = "") -> str:
    """The parts of a whole in one bar, each with its class: given, left, waiting, refused, moved, wasted, free."""
    whole = sum(value for _, value in parts) or 1
    drawn, x = '<rect class="all" width="100" height="10"/>', 0.0
    for name, value in parts:
        width = 100 * value / whole
        # A hair of ground between two parts keeps them apart without colour.
        drawn += f'<rect class="{escape(name)}" x="{x:.2f}" y="0" width="{max(width - 0.3, 0):.2f}" height="10"/>'
        x += width
    return _bar(drawn, label, kind)


def _bar(drawn: str, label: str, kind: str) -> str:
    kinds = f"share {kind}".strip()
    return Safe(
        f'<svg class="{escape(kinds)}" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(label)}">{drawn}</svg>'
    )
