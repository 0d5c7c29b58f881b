"""One self-contained HTML page of what was shown, taken and kept, and what hiding saved and cost."""

from __future__ import annotations

import datetime as dt
import math
from html import escape
from typing import TYPE_CHECKING

from winnow.journal import write_private
from winnow.report import drawing
from winnow.report.figures import Figures, figures
from winnow.report.flow import flow

if TYPE_CHECKING:
    from pathlib import Path

    from winnow.journal import Journal

EVERYTHING = 1_000_000
_STATED = 20
"""How many samples the stated chances count for."""
STYLE = """
:root { color-scheme: light dark; --paper: #faf7f0; --ink: #2b2620; --faint: #6c6557; --line: #e7e0d1; --card: #fffdf9;
  --husk: #e6dcc4; --shown: #e2bd62; --taken: #86ad5c; --kept: #3f7d4a; --missed: #c9673f; }
@media (prefers-color-scheme: dark) { :root { --paper: #171512; --ink: #efe8da; --faint: #9b9281; --line: #343028;
  --card: #201d19; --husk: #4b4436; --shown: #b8923f; --taken: #7fa45a; --kept: #a8d99a; --missed: #d98058; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 1140px; margin: 0 auto; padding: 44px 24px 64px; }
h1 { font: 600 34px/1.2 Georgia, serif; margin: 0 0 4px; } h2 { font: 600 18px/1.3 Georgia, serif; margin: 0 0 12px; }
p { margin: 8px 0 0; color: var(--faint); font-size: 14px; } p b { color: var(--ink); }
.numbers { display: grid; grid-template-columns: repeat(auto-fit, minmax(130px, 1fr)); gap: 12px 20px; margin: 26px 0; }
.numbers b { display: block; font: 600 36px/1.15 Georgia, serif; }
.numbers span { color: var(--faint); font-size: 14px; }
.cards { columns: 2 440px; column-gap: 20px; }
section { break-inside: avoid; margin-bottom: 20px;
  background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 20px 22px; }
svg { width: 100%; height: auto; display: block; } svg text { fill: var(--faint); font-size: 13px; }
.flow { overflow-x: auto; } .flow svg { min-width: 760px; }
svg text.figure { fill: var(--ink); font: 600 22px Georgia, serif; } .post { stroke: var(--ink); stroke-width: 1.5; }
.shown { fill: var(--shown); } .taken { fill: var(--taken); } .kept { fill: var(--kept); } .husk { fill: var(--husk); }
.perhaps { fill: var(--missed); opacity: .35; } .missed { fill: var(--missed); }
.grid { stroke: var(--line); } .diagonal { stroke: var(--faint); stroke-dasharray: 3 5; }
.trace { fill: none; stroke: var(--taken); stroke-width: 2.5; }
.length { fill: none; stroke: var(--shown); stroke-width: 2.5; stroke-dasharray: 6 4; }
.key i { display: inline-block; width: 11px; height: 11px; border-radius: 3px; margin: 0 6px 0 14px; }
.key span { white-space: nowrap; }
"""


def _key(**told: str) -> str:
    """What the colours stand for; a colour stays on one line with its words."""
    each = (f'<span><i style="background: var(--{name})"></i>{says}</span>' for name, says in told.items())
    return f'<span class="key">{" ".join(each)}</span>'


_TREND_KEY = _key(taken="share taken", shown="mean length shown, characters")
_KEY = _key(shown="shown", taken="taken", kept="kept")
_FLOW = '<section class="flow" tabindex="0" aria-label="What became of each moment">'
"""Where it is too narrow for its picture it scrolls, so the keyboard has to get there."""


def page(counted: Figures, made: str) -> str:
    """The whole page."""
    total = counted.total
    numbers = [
        (f"{total.shown:,}", "suggestions shown"),
        (_rate(total.taken, total.shown), "taken"),
        (_rate(total.kept, total.kept + total.undone), "of those kept"),
        (f"{counted.characters_taken:,}", "characters taken"),
        (f"{counted.characters_kept:,}", "characters kept"),
        ("none" if counted.mean_length is None else f"{counted.mean_length:.0f}", "characters on average"),
    ]
    if counted.share_written is not None:
        numbers.append((f"{counted.share_written:.0%}", "of your code by acceptance"))
    head = "".join(f"<div><b>{escape(value)}</b><span>{escape(says)}</span></div>" for value, says in numbers)
    body = "\n".join(f"<section><h2>{escape(title)}</h2>{content}</section>" for title, content in _sections(counted))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Winnow report</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}</style></head>\n<body><main><h1>What Winnow did for you</h1>"
        f"<p>{escape(made)}. Nothing on this page left your machine. {_KEY}</p>"
        f'<div class="numbers">{head}</div>\n{_FLOW}{flow(counted.stages)}</section>\n'
        f'<div class="cards">{body}</div></main></body></html>\n'
    )


def _sections(counted: Figures) -> list[tuple[str, str]]:
    sections = []
    if counted.by_day:
        sections.append(("Day by day", drawing.days(counted.by_day)))
    if len(counted.by_day) > 1:  # a line needs two points
        sections.append(("Week by week", drawing.trend(counted.by_day) + f"<p>{_TREND_KEY}</p>"))
    for title, tallies in (
        ("By language", counted.by_language),
        ("By kind", counted.by_kind),
        ("By source", counted.by_source),
    ):
        if tallies:
            sections.append((title, drawing.shares(tallies)))
    if counted.reliability:
        note = "<p>On the diagonal, a stated probability can be taken at its word.</p>"
        sections.append(("Said and done", drawing.reliability(counted.reliability) + note))
    sections.append(("What hiding saved, and what it cost", _hiding(counted)))
    caught = drawing.counts(counted.caught, "taken") if counted.caught else ""
    ran = f"{counted.tests_run:,} test runs tried candidates before you saw them."
    sections.append(("What the tests caught", f"{caught}<p>{ran}</p>"))
    if counted.latencies:
        note = "<p>From the fastest tenth to the slowest, with a mark at the median.</p>"
        sections.append(("Time to an answer", drawing.latencies(counted.latencies) + note))
    return sections


def _hiding(counted: Figures) -> str:
    picture = ""
    if counted.hidden:
        low, high = _wanted(counted)
        picture = drawing.spared(counted.hidden, low, high)
    return f"{picture}<p>{escape(hiding(counted))}</p>"


def hiding(counted: Figures) -> str:
    """What hiding spared the person and what it cost, estimated from the slice that is always shown."""
    spared = f"{counted.hidden:,} unlikely suggestions stayed hidden, and {counted.unasked:,} were never asked for."
    if not counted.hidden:
        return spared
    stated = f"By the chances it stated, you would have taken {counted.hidden_expected:.0f} of the hidden."
    low, high = _wanted(counted)
    between = f"between {low:.0f} and {high:.0f} that you would have taken stayed hidden."
    if not counted.sampled:
        return f"{spared} {stated} None has yet been shown as a sample to check that; likely {between}"
    return (
        f"{spared} {stated} A small share of the unlikely ones is shown all the same, to check: you took "
        f"{counted.sampled_taken} of {counted.sampled} of them. By both, {between}"
    )


def _wanted(counted: Figures) -> tuple[float, float]:
    """How many of the hidden the person would have taken, at least and at most.

    Wilson's 90% interval (1927) of the sample, to which what the gate stated adds as if so many had been sampled.
    """
    stated = counted.hidden_expected / counted.hidden
    seen, taken, z = counted.sampled + _STATED, counted.sampled_taken + _STATED * stated, 1.645
    middle = (taken + z * z / 2) / (seen + z * z)
    half = z * math.sqrt(taken * (seen - taken) / seen + z * z / 4) / (seen + z * z)
    return max(middle - half, 0.0) * counted.hidden, min(middle + half, 1.0) * counted.hidden


def _rate(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "none"


def write(journal: Journal, out: Path) -> int:
    """Write the page of a journal to a file; how many decisions it is of. Raises OSError."""
    rows, learned = journal.decisions(EVERYTHING), journal.person()
    made = dt.datetime.now().astimezone().strftime("Made on %d %B %Y")
    write_private(out, page(figures(rows, learned), made))
    return len(rows)
