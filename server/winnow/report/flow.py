"""The picture at the head of a report: every moment goes in on the left, and what is worth keeping comes out."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winnow.report.figures import Stage

WIDTH, HEIGHT = 1080, 316
_LEFT, _RIGHT, _TOP, _TALL = 16, 70, 64, 150
_FALL = 96
"""How far below the band the chaff falls."""
_THIN = 1.5
"""What is there at all is drawn at least so high."""


def flow(stages: Sequence[Stage]) -> str:
    """A band that narrows from stage to stage, with what was left out falling from it."""
    most = max((stage.count for stage in stages), default=0) or 1
    step = (WIDTH - _LEFT - _RIGHT) / max(len(stages) - 1, 1)
    body = [_gradients()]
    for number, stage in enumerate(stages):
        x = _LEFT + step * number
        tall = _tall(stage.count, most)
        if number + 1 < len(stages):
            following = stages[number + 1]
            body += _lost(x, step, tall, _tall(following.count, most), following)
            body.append(_ribbon(x, step, tall, _tall(following.count, most), f"flow{number}"))
        body.append(f'<text class="figure" x="{x:.1f}" y="26">{stage.count:,}</text>')
        body.append(f'<text x="{x:.1f}" y="46">{escape(stage.name)}</text>')
        body.append(f'<line class="post" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{_TOP + max(tall, 4):.1f}"/>')
    says = ", ".join(f"{stage.count} {stage.name}" for stage in stages)
    inside = "\n".join(body)
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(says)}">\n{inside}\n</svg>'


def _tall(count: int, most: int) -> float:
    return max(_TALL * count / most, _THIN) if count else 0.0


def _gradients() -> str:
    """The grain ripens from left to right; the chaff fades as it falls."""
    ripening = (("husk", "husk"), ("husk", "husk"), ("husk", "shown"), ("shown", "shown"), ("shown", "taken"))
    stops = "".join(
        f'<linearGradient id="flow{number}"><stop offset="0" stop-color="var(--{before})"/>'
        f'<stop offset="1" stop-color="var(--{after})"/></linearGradient>'
        for number, (before, after) in enumerate((*ripening, ("taken", "kept")))
    )
    return (
        f'<defs>{stops}<linearGradient id="chaff" x2="0" y2="1"><stop offset="0" stop-color="var(--husk)"/>'
        '<stop offset="1" stop-color="var(--husk)" stop-opacity="0.15"/></linearGradient></defs>'
    )


def _ribbon(x: float, step: float, before: float, after: float, fill: str) -> str:
    """What goes on: its upper edge is straight, its lower one rises in a soft curve."""
    end, half = x + step, x + step / 2
    return (
        f'<path fill="url(#{fill})" d="M{x:.1f},{_TOP} L{end:.1f},{_TOP} L{end:.1f},{_TOP + after:.1f} '
        f'C{half:.1f},{_TOP + after:.1f} {half:.1f},{_TOP + before:.1f} {x:.1f},{_TOP + before:.1f} Z"/>'
    )


def _lost(x: float, step: float, before: float, after: float, following: Stage) -> list[str]:
    """What does not: it leaves the lower part of the band, falls, and says what it was."""
    lost = before - after
    if not following.lost or lost <= 0:
        return []
    floor, middle = _TOP + _TALL + _FALL * 0.45, x + step * 0.5
    wide = min(max(lost * 0.5, 3.0), step * 0.8)
    left, right = middle - wide / 2, middle + wide / 2
    top, low = _TOP + after, _TOP + before
    says = ", ".join(f"{count:,} {name}" for name, count in following.lost.items())
    outer = f"C{x + step * 0.35:.1f},{top:.1f} {right:.1f},{top + (floor - top) * 0.4:.1f} {right:.1f},{floor:.1f}"
    inner = f"C{left:.1f},{low + (floor - low) * 0.5:.1f} {x + step * 0.2:.1f},{low:.1f} {x:.1f},{low:.1f}"
    path = f"M{x:.1f},{top:.1f} {outer} L{left:.1f},{floor:.1f} {inner} Z"
    drawn = [f'<path fill="url(#chaff)" d="{path}"><title>{escape(says)}</title></path>']
    for line, (name, count) in enumerate(following.lost.items()):
        y = floor + 18 + 16 * line
        drawn.append(f'<text x="{middle:.1f}" y="{y:.1f}" text-anchor="middle">{count:,} {escape(name)}</text>')
    return drawn
