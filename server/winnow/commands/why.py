"""``winnow why``: the last decisions and their reasons in words."""

from __future__ import annotations

import datetime as dt
import os
import sys
from typing import TYPE_CHECKING, Any

import orjson

from winnow.commands.command import Command
from winnow.facts import Reason
from winnow.journal import JOURNAL, Journal, explain, state_directory

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from winnow.journal import Row

_COLOURS = {
    Reason.SHOWN: "32",
    Reason.REFUTED: "31",
    Reason.UNREACHABLE: "31",
    Reason.UNLIKELY: "33",
    Reason.UNSURE: "33",
    Reason.UNWANTED: "33",
    Reason.REMEMBERED: "33",
}
_FAINT, _BOLD = "2", "1"
_LINES_OF_CODE = 6


def coloured(text: str, code: str) -> str:
    """The text in a colour, where the terminal shows colours and the person has not asked for none."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return text
    return f"\x1b[{code}m{text}\x1b[0m"


def describe(row: Row, prompt: str | None = None) -> str:
    """One decision as a paragraph for a terminal; with ``prompt``, what was sent, also what it was made from."""
    decision = row.decision
    when = dt.datetime.fromtimestamp(decision.at).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    name = decision.uri.rpartition("/")[2]
    head = coloured(f"{when}  {name}  {decision.kind}", _BOLD)
    lines = [f"{head}  {coloured(decision.reason.value, _COLOURS.get(decision.reason, _FAINT))}"]
    lines.append(f"  {explain(decision)}")
    if decision.candidate is not None:
        code = decision.candidate.text.strip("\n").split("\n")
        lines += [coloured(f"  │ {line}", _FAINT) for line in code[:_LINES_OF_CODE]]
        if len(code) > _LINES_OF_CODE:
            lines.append(coloured(f"  │ … {len(code) - _LINES_OF_CODE} more lines", _FAINT))
    if row.fates:
        lines.append("  You: " + ", ".join(fate.fate.value for fate in row.fates))
    if decision.timings:
        lines.append("  " + ", ".join(f"{name} {value:.0f} ms" for name, value in decision.timings.items()))
    if prompt is not None:
        lines += _background(row, prompt)
    return "\n".join(lines)


def _background(row: Row, prompt: str) -> list[str]:
    """What the decision was made from: who was asked and what exactly, and every feature that was known."""
    lines: list[str] = []
    if (candidate := row.decision.candidate) is not None:
        lines.append(f"  asked: {candidate.origin.provider}, {candidate.origin.model}")
        lines += (
            [f"  > {line}" for line in prompt.split("\n")] if prompt else ["  nothing was sent, or it is kept no more"]
        )
        lines += [f"  it said: {candidate.explanation}"] if candidate.explanation else []
    if (opinion := row.decision.opinion) is not None:
        known = {name: value for name, value in opinion.features.items() if value}
        lines.append("  known: " + ", ".join(f"{name} {value:.3g}" for name, value in known.items() if value))
    return [coloured(line, _FAINT) for line in lines]


def as_json(row: Row, prompt: str | None = None) -> dict[str, Any]:
    """One decision as JSON holds it, with the explanation and the fates, and what was sent where that is asked for."""
    decision = row.decision
    opinion = decision.opinion
    return {
        "id": decision.id,
        "at": decision.at,
        "uri": decision.uri,
        "kind": decision.kind,
        "reason": decision.reason.value,
        "explanation": explain(decision),
        "detail": decision.detail,
        "probability": opinion.probability if opinion else None,
        "threshold": opinion.threshold if opinion else None,
        "weighed": opinion.weighed if opinion else (),
        "text": decision.candidate.text if decision.candidate else None,
        "fates": [fate.fate.value for fate in row.fates],
        "timings": dict(decision.timings),
        **({} if prompt is None else {"prompt": prompt}),
    }


def add_arguments(parser: ArgumentParser) -> None:
    """What ``winnow why`` takes."""
    parser.add_argument("--last", type=int, default=5, metavar="N", help="how many decisions (default 5)")
    parser.add_argument("--prompt", action="store_true", help="also what was sent to the model, word for word")
    parser.add_argument("--json", action="store_true", help="print JSON, one decision a line")


def run(arguments: Namespace) -> int:
    """Print the last decisions, the latest at the end."""
    path = state_directory() / JOURNAL
    if not path.exists():
        print(f"Nothing has been decided yet: there is no journal at {path}.")
        return 0
    journal = Journal.open(path)
    rows = journal.decisions(max(arguments.last, 1))
    prompts = {row.decision.id: _prompt(journal, row) for row in rows if arguments.prompt}
    journal.close()
    if journal.trouble:
        print(journal.trouble, file=sys.stderr)
    if not rows and not arguments.json:
        print("Nothing has been decided yet.")
    for row in reversed(rows):
        sent = prompts.get(row.decision.id)
        print(orjson.dumps(as_json(row, sent)).decode() if arguments.json else describe(row, sent) + "\n")
    return 0


def _prompt(journal: Journal, row: Row) -> str:
    return journal.prompt(row.decision.candidate.id) if row.decision.candidate else ""


COMMANDS: tuple[Command, ...] = (
    Command(
        name=("why",),
        summary="Say why suggestions were shown or withheld",
        add_arguments=add_arguments,
        run=run,
    ),
)
