"""One self-contained HTML page of what was shown, taken and kept, and what hiding saved and cost."""

from __future__ import annotations

import datetime as dt
from html import escape
from typing import TYPE_CHECKING

from winnow.report import drawing
from winnow.report.figures import Figures, figures

if TYPE_CHECKING:
    from pathlib import Path

    from winnow.journal import Journal

EVERYTHING = 1_000_000
STYLE = """
:root { color-scheme: light dark; --paper: #fbfaf7; --ink: #24211c; --faint: #8a8478; --line: #e4dfd4;
  --shown: #d9d2c3; --taken: #6f9e6a; --kept: #2f6b3c; --card: #ffffff; }
@media (prefers-color-scheme: dark) { :root { --paper: #191815; --ink: #ece7dc; --faint: #958e80; --line: #35322c;
  --shown: #47433a; --taken: #5f9160; --kept: #a3d99b; --card: #211f1b; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 40px 24px 64px; }
h1 { font-size: 30px; margin: 0 0 4px; } h2 { font-size: 17px; margin: 0 0 10px; }
p { margin: 8px 0 0; color: var(--faint); font-size: 14px; }
.numbers { display: flex; flex-wrap: wrap; gap: 12px 36px; margin: 28px 0; }
.numbers b { display: block; font-size: 34px; line-height: 1.15; font-weight: 650; }
.numbers span { color: var(--faint); font-size: 14px; }
.cards { columns: 2 440px; column-gap: 20px; }
section { break-inside: avoid; margin-bottom: 20px;
  background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 18px 20px; }
svg { width: 100%; height: auto; display: block; } svg text { fill: var(--faint); font-size: 13px; }
.shown { fill: var(--shown); } .taken { fill: var(--taken); } .kept { fill: var(--kept); }
.grid { stroke: var(--line); } .trace { fill: none; stroke: var(--taken); stroke-width: 2; }
.key i { display: inline-block; width: 11px; height: 11px; border-radius: 2px; margin: 0 6px 0 14px; }
"""
_KEY = "".join(f'<i style="background: var(--{name})"></i>{name}' for name in ("shown", "taken", "kept"))


def page(counted: Figures, made: str) -> str:
    """The whole page."""
    total = counted.total
    numbers = [
        (f"{total.shown:,}", "suggestions shown"),
        (_rate(total.taken, total.shown), "taken"),
        (_rate(total.kept, total.taken), "of those kept"),
        (f"{counted.characters_taken:,}", "characters taken"),
        (f"{counted.characters_kept:,}", "characters kept"),
        (f"{counted.mean_length:.0f}", "characters on average"),
    ]
    if counted.share_written is not None:
        numbers.append((f"{counted.share_written:.0%}", "of your code"))
    head = "".join(f"<div><b>{escape(value)}</b><span>{escape(says)}</span></div>" for value, says in numbers)
    body = "\n".join(f"<section><h2>{escape(title)}</h2>{content}</section>" for title, content in _sections(counted))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Winnow report</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}</style></head>\n<body><main><h1>What Winnow did for you</h1>"
        f'<p class="key">{escape(made)}. Nothing on this page left your machine. {_KEY}</p>'
        f'<div class="numbers">{head}</div>\n<div class="cards">{body}</div></main></body></html>\n'
    )


def _sections(counted: Figures) -> list[tuple[str, str]]:
    sections = [("Day by day", drawing.days(counted.by_day))] if counted.by_day else []
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
    if counted.reasons:
        sections.append(("Every decision and its reason", drawing.counts(counted.reasons)))
    sections.append(("What hiding saved, and what it cost", f"<p>{escape(hiding(counted))}</p>"))
    caught = drawing.counts(counted.caught, "taken") if counted.caught else ""
    ran = f"{counted.tests_run:,} test runs tried candidates before you saw them."
    sections.append(("What the tests caught", f"{caught}<p>{ran}</p>"))
    if counted.latencies:
        note = "<p>From the fastest tenth to the slowest, with a mark at the median.</p>"
        sections.append(("Time to an answer", drawing.latencies(counted.latencies) + note))
    return sections


def hiding(counted: Figures) -> str:
    """What hiding spared the person and what it cost, estimated from the slice that is always shown."""
    spared = f"{counted.hidden:,} unlikely suggestions stayed hidden."
    if not counted.sampled:
        return f"{spared} None has yet been shown as a sample, so what that cost is not known."
    rate = counted.sampled_taken / counted.sampled
    cost = round(rate * counted.hidden)
    return (
        f"{spared} A small share of the unlikely ones is shown all the same, to stay honest: you took "
        f"{counted.sampled_taken} of {counted.sampled} of them. By that measure about {cost} that you would have "
        f"taken stayed hidden, and {counted.hidden - cost} interruptions were spared."
    )


def _rate(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "none"


def write(journal: Journal, out: Path) -> int:
    """Write the page of a journal to a file; how many decisions it is of. Raises OSError."""
    rows, learned = journal.decisions(EVERYTHING), journal.person()
    made = dt.datetime.now().astimezone().strftime("Made on %d %B %Y")
    out.write_text(page(figures(rows, learned), made), encoding="utf-8")
    return len(rows)
