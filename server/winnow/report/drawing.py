"""Pictures of a report as inline SVG: each function returns one that takes its colours from the page's style."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from winnow.report.figures import Tally
from winnow.words import count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WIDTH = 640
_LEFT, _RIGHT, _TOP = 44, 12, 12
_ROW = 30
_MANY_DAYS = 60
_TITLE = re.compile("<title>(.*?)</title>")


def _svg(height: int, label: str, body: Sequence[str]) -> str:
    """A picture, with what its parts say as its text: who cannot see it is told as much as who points at it."""
    inside = "\n".join(body)
    says = "; ".join(dict.fromkeys(_TITLE.findall(inside)))
    told = f"{escape(label)}: {says}" if says else escape(label)
    return f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{told}">\n{inside}\n</svg>'


def _text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _bar(  # noqa: PLR0913, PLR0917 - a rectangle, its kind and its words
    x: float, y: float, width: float, height: float, kind: str, says: str
) -> str:
    return (
        f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{max(height, 0):.1f}" '
        f'rx="2"><title>{escape(says)}</title></rect>'
    )


def _grid(height: int, most: float, marks: Sequence[float], write: str, right: float = WIDTH - _RIGHT) -> list[str]:
    lines = []
    for mark in marks:
        y = height - (height - _TOP) * mark / most
        lines.append(f'<line class="grid" x1="{_LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>')
        lines.append(_text(_LEFT - 6, y + 4, write.format(mark), "end"))
    return lines


def days(by_day: Mapping[str, Tally]) -> str:
    """Shown, taken and kept, day by day, one behind the other."""
    chosen = list(by_day.items())[-_MANY_DAYS:]
    most = max((tally.shown for _, tally in chosen), default=0) or 1
    height, step = 200, (WIDTH - _LEFT - _RIGHT) / max(len(chosen), 1)
    width = min(step * 0.72, 40)
    body = _grid(height, most, sorted({0, most // 2, most}), "{:.0f}")
    for number, (day, tally) in enumerate(chosen):
        x = _LEFT + step * number + (step - width) / 2
        says = f"{day}: {tally.shown} shown, {tally.taken} taken, {tally.kept} kept"
        for kind in ("shown", "taken", "kept"):
            tall = (height - _TOP) * getattr(tally, kind) / most
            body.append(_bar(x, height - tall, width, tall, kind, says))
        if len(chosen) <= 1 or number in {0, len(chosen) - 1}:
            body.append(_text(x + width / 2, height + 18, day[5:], "middle"))
    return _svg(height + 26, "Suggestions shown, taken and kept by day", body)


def shares(tallies: Mapping[str, Tally]) -> str:
    """One row a name: how many were shown, and the part of them that was taken and kept."""
    chosen = sorted(tallies.items(), key=lambda pair: -pair[1].shown)[:8]
    most = max((tally.shown for _, tally in chosen), default=0) or 1
    left, room = 150, WIDTH - 150 - 120
    body = []
    for number, (name, tally) in enumerate(chosen):
        y = number * _ROW + 4
        says = f"{name}: {tally.shown} shown, {tally.taken} taken, {tally.kept} kept"
        body.append(_text(left - 8, y + 15, name[:20] or "unknown", "end"))
        body += [
            _bar(left, y, room * getattr(tally, kind) / most, _ROW - 10, kind, says)
            for kind in ("shown", "taken", "kept")
        ]
        rate = f"{tally.taken / tally.shown:.0%} of {tally.shown}" if tally.shown else "none shown"
        body.append(_text(left + room * tally.shown / most + 8, y + 15, rate))
    return _svg(max(len(chosen), 1) * _ROW + 6, "Suggestions by name", body)


def trend(by_day: Mapping[str, Tally]) -> str:
    """The share taken and the mean length shown over a week up to each day: what a gate must not drive apart."""
    chosen = list(by_day.values())[-_MANY_DAYS:]
    weeks = [sum(chosen[max(0, number - 6) : number + 1], Tally()) for number in range(len(chosen))]
    lengths = [week.characters / week.shown if week.shown else 0.0 for week in weeks]
    longest, height = max(lengths, default=0.0) or 1.0, 150
    step = (WIDTH - 2 * _LEFT) / max(len(weeks) - 1, 1)
    body = _grid(height, 1.0, (0.0, 0.5, 1.0), "{:.0%}", WIDTH - _LEFT)
    for mark in (0.0, 0.5, 1.0):
        y = height - (height - _TOP) * mark
        body.append(_text(WIDTH - _LEFT + 6, y + 4, f"{longest * mark:.0f}"))
    shares = [week.taken / week.shown if week.shown else 0.0 for week in weeks]
    for kind, values in (("length", [each / longest for each in lengths]), ("trace", shares)):
        points = " ".join(
            f"{_LEFT + step * number:.1f},{height - (height - _TOP) * value:.1f}" for number, value in enumerate(values)
        )
        body.append(f'<polyline class="{kind}" points="{points}"/>')
    return _svg(height + 10, "Share taken and mean length by week", body)


def reliability(bins: Sequence[tuple[int, float, float]]) -> str:
    """Predicted against observed: points on the diagonal mean that a probability can be taken at its word."""
    size, left = 280, (WIDTH - 280) // 2
    scale, most = size - _TOP, max((number for number, _, _ in bins), default=1)
    body = [f'<line class="diagonal" x1="{left}" y1="{size}" x2="{left + scale}" y2="{_TOP}"/>']
    for mark in (0.0, 0.25, 0.5, 0.75, 1.0):
        x, y = left + scale * mark, size - scale * mark
        body.append(f'<line class="grid" x1="{left}" x2="{left + scale}" y1="{y:.1f}" y2="{y:.1f}"/>')
        body.append(_text(left - 8, y + 4, f"{mark:.0%}", "end"))
        body.append(_text(x, size + 20, f"{mark:.0%}", "middle"))
    body.append(_text(left + scale / 2, size + 40, "the chance it stated", "middle"))
    body.append(_text(left - 56, _TOP + 4, "the share you took", "end"))
    points = [(left + scale * said, size - scale * done) for _, said, done in bins]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    body.append(f'<polyline class="trace" points="{path}"/>')
    for (x, y), (number, said, done) in zip(points, bins, strict=True):
        title = f"{count(number, 'suggestion')}: said {said:.0%}, taken {done:.0%}"
        radius = 3.0 + 4.0 * number / most
        body.append(
            f'<circle class="taken" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"><title>{escape(title)}</title></circle>'
        )
    return _svg(size + 48, "Reliability diagram", body)


def spared(hidden: int, low: float, high: float) -> str:
    """What stayed hidden as one bar: spared, and the part that may have been wanted."""
    room = WIDTH - 2 * _RIGHT
    certain, likely = room * (1 - high / hidden), room * (high - low) / hidden
    body = [
        _bar(_RIGHT, 8, certain, 26, "taken", f"{hidden - high:.0f} spared"),
        _bar(_RIGHT + certain, 8, likely, 26, "perhaps", f"{high - low:.0f} perhaps wanted"),
        _bar(_RIGHT + certain + likely, 8, room - certain - likely, 26, "missed", f"{low:.0f} wanted"),
    ]
    return _svg(42, "What hiding spared", body)


def counts(named: Mapping[str, int], kind: str = "shown") -> str:
    """One row a name with its count."""
    chosen = sorted(named.items(), key=lambda pair: -pair[1])
    most = max((times for _, times in chosen), default=0) or 1
    left, room = 190, WIDTH - 190 - 60
    body = []
    for number, (name, times) in enumerate(chosen):
        y = number * _ROW + 4
        body.append(_text(left - 8, y + 15, name, "end"))
        body.append(_bar(left, y, room * times / most, _ROW - 10, kind, f"{name}: {times}"))
        body.append(_text(left + room * times / most + 8, y + 15, str(times)))
    return _svg(max(len(chosen), 1) * _ROW + 6, "Counts", body)


def latencies(stages: Mapping[str, Sequence[float]]) -> str:
    """A bar from the fastest tenth to the slowest tenth of each stage, with a mark at the median."""
    spans = {
        name: tuple(values[min(int(len(values) * part), len(values) - 1)] for part in (0.1, 0.5, 0.9))
        for name, values in stages.items()
        if values
    }
    most = max((span[2] for span in spans.values()), default=0.0) or 1.0
    left, room = 110, WIDTH - 110 - 170
    body = []
    for number, (name, (fast, middle, slow)) in enumerate(spans.items()):
        y = number * _ROW + 4
        says = f"{name}: a tenth below {fast:.0f} ms, half below {middle:.0f} ms, nine tenths below {slow:.0f} ms"
        body.append(_text(left - 8, y + 15, name, "end"))
        body.append(_bar(left + room * fast / most, y, max(room * (slow - fast) / most, 3), _ROW - 10, "shown", says))
        body.append(_bar(left + room * middle / most - 1.5, y - 2, 3, _ROW - 6, "kept", says))
        body.append(_text(left + room * slow / most + 8, y + 15, f"{middle:.0f} ms, {slow:.0f} at 90%"))
    return _svg(max(len(spans), 1) * _ROW + 6, "Latencies by stage", body)
