"""``winnow gate``: fit and evaluate the gate on recorded events; reset, export and import what it learned of you."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from winnow.commands.command import Command
from winnow.gate import Gate
from winnow.gate.events import Event
from winnow.journal import JOURNAL, Journal, shipped_prior, state_directory

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator, Mapping, Sequence

    from winnow.gate.evaluation import Report

_COUNTED = 200
_RESTART = "Restart the server in editors that are open: until then, it goes on by what it knew."


def read_events(path: Path) -> tuple[list[Event], list[str]]:
    """The events of a file of JSON lines, which may be compressed with gzip, and a sentence for each line left out.

    Raises OSError when the file cannot be read, ValueError when it holds no event.
    """
    opened = gzip.open if path.suffix == ".gz" else open
    events: list[Event] = []
    problems: list[str] = []
    with opened(path, "rt", encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                events.append(Event.of(json.loads(line)))
            except (ValueError, TypeError, AttributeError) as error:
                problems.append(f"{path}:{number} is left out: {error}.")
    if not events:
        raise ValueError(f"{path} holds no events: it should be lines of JSON, one suggestion each.")
    return events, problems


def _print_report(report: Report) -> None:
    for name, sources in report.items():
        print(f"{'with online learning' if name == 'online' else 'shipped prior alone'}:")
        for source, row in sources.items():
            print(f"  {source}: {row['n']} events")
            for measure, span in row["intervals"].items():
                value = row[measure]
                known = value is not None and span is not None
                said = f"{value:6.3f}   [{span[0]:.3f}, {span[1]:.3f}]" if known else "not measurable here"
                print(f"    {measure.replace('_', ' '):20}{said}")


def _watched(events: Sequence[Event]) -> Iterator[Event]:
    """The events, counted on the terminal while they are replayed."""
    for number, event in enumerate(events, 1):
        yield event
        if sys.stderr.isatty() and (number % _COUNTED == 0 or number == len(events)):
            print(f"\r{number} of {len(events)} events", end="", file=sys.stderr, flush=True)
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr)


def _evaluate_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("events", type=Path, help="events as JSON lines, plain or .gz")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--prior", type=Path, help="another prior than the shipped one")
    parser.add_argument(
        "--learn-from-all",
        action="store_true",
        help="learn from every outcome, not only from those of suggestions that would have been shown",
    )


def _run_evaluate(arguments: Namespace) -> int:
    from winnow.gate.evaluation import evaluate  # noqa: PLC0415 - loads numpy, which no other command here needs

    try:
        events, problems = read_events(arguments.events)
        prior = json.loads(arguments.prior.read_text("utf-8")) if arguments.prior else shipped_prior()
        report = evaluate(events, prior, from_all=arguments.learn_from_all, watch=_watched)
    except (OSError, ValueError, EOFError) as error:
        return _failed(str(error))
    for problem in problems:
        print(problem, file=sys.stderr)
    if arguments.json:
        print(json.dumps(report, indent=2))
    else:
        _print_report(report)
    return 0


def _fit_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("events", type=Path, help="events as JSON lines, plain or .gz")
    parser.add_argument("--out", type=Path, required=True, help="the file of numbers to write")
    parser.add_argument("--seed", type=int, default=7, help="the same seed gives the same file")


def _run_fit(arguments: Namespace) -> int:
    try:
        from winnow.gate.calibrate import fit  # noqa: PLC0415 - needs scikit-learn, which the server never loads

        events, problems = read_events(arguments.events)
        numbers = fit(events, arguments.seed)
        arguments.out.write_text(json.dumps(numbers, separators=(",", ":")) + "\n", encoding="utf-8")
    except ImportError as error:
        return _failed(f"Fitting needs scikit-learn ({error}): install it with `pip install 'winnow-ls[fit]'`.")
    except (OSError, ValueError, EOFError) as error:
        return _failed(str(error))
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"Fitted on {len(events)} events of {len({event.user for event in events})} people: {arguments.out}")
    return 0


def _no_arguments(_: ArgumentParser) -> None:
    """These commands take none."""


def _file_argument(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="the file of what was learned")


def _save(learned: Mapping[str, Any], done: str) -> int:
    journal = Journal.open(state_directory() / JOURNAL)
    journal.save_person(learned)
    journal.close()
    if journal.trouble:
        return _failed(journal.trouble)
    print(done)
    return 0


def _run_reset(_: Namespace) -> int:
    return _save(Gate.of(shipped_prior()).person(), f"The gate has forgotten what it learned of you. {_RESTART}")


def _run_export(arguments: Namespace) -> int:
    journal = Journal.open(state_directory() / JOURNAL)
    learned = journal.person() or Gate.of(shipped_prior()).person()
    journal.close()
    try:
        arguments.file.write_text(json.dumps(learned, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        return _failed(str(error))
    print(f"What the gate learned of you is in {arguments.file}.")
    return 0


def _run_import(arguments: Namespace) -> int:
    try:
        learned = json.loads(arguments.file.read_text("utf-8"))
        if not isinstance(learned, dict):
            return _failed(f"{arguments.file} is no export of `winnow gate export`.")
        Gate.of(shipped_prior(), learned)
    except json.JSONDecodeError as error:
        return _failed(f"{arguments.file} is no export of `winnow gate export`: {error}.")
    except (OSError, ValueError) as error:
        return _failed(str(error))
    return _save(learned, f"The gate goes on from {arguments.file}. {_RESTART}")


def _failed(message: str) -> int:
    print(message, file=sys.stderr)
    return 1


COMMANDS: tuple[Command, ...] = (
    Command(
        name=("gate", "evaluate"),
        summary="Measure the gate on recorded events of people",
        add_arguments=_evaluate_arguments,
        run=_run_evaluate,
    ),
    Command(
        name=("gate", "fit"),
        summary="Fit the gate's prior on recorded events of people",
        add_arguments=_fit_arguments,
        run=_run_fit,
    ),
    Command(
        name=("gate", "reset"),
        summary="Forget what the gate learned of you",
        add_arguments=_no_arguments,
        run=_run_reset,
    ),
    Command(
        name=("gate", "export"),
        summary="Write what the gate learned of you to a file",
        add_arguments=_file_argument,
        run=_run_export,
    ),
    Command(
        name=("gate", "import"),
        summary="Go on from an exported file",
        add_arguments=_file_argument,
        run=_run_import,
    ),
)
