"""``winnow eval lines``: how often the rest of the line comes out exactly, at random places of a project.

The file's own later text is hidden and the file is left out of what is learned, so nothing is known in advance.
With ``--provider together`` the embedded engine and the model answer at the same positions, and are judged each alone
and together, by the rule that completions follow.
"""

from __future__ import annotations

import asyncio
import io
import json
import math
import os
import random
import statistics
import sys
import time
import tokenize
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from winnow.commands.command import Command
from winnow.facts import Context, Document, Moment, Snapshot
from winnow.llm import SURE, EndpointError, open_provider
from winnow.llm.embedded import EmbeddedProvider
from winnow.llm.together import FIRST
from winnow.paths import GENERATED
from winnow.settings import Settings
from winnow.text import Text

if TYPE_CHECKING:
    import argparse
    from collections.abc import AsyncIterator, Iterator, Mapping, Sequence

    from winnow.llm import Answer, Provider

TOGETHER = "together"
PROVIDERS = ("embedded", "openai", "replay", TOGETHER)
LIKELY = 0.5
"""The mean token probability from which an answer without a calibrated confidence counts as shown."""
P = TypeVar("P", bound="Provider")
_MODEL_SECONDS = 120
_FIRST_LINES = 4
_SHORTEST_LINE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A cursor in a file, and the rest of its line, which is to be guessed."""

    path: str
    before: str
    rest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """What somebody answered at a position: unasked (None: silence), and when asked."""

    unasked: str | None
    asked: str | None
    seconds: float
    confidence: float = 0.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which project, who answers, and how many positions."""
    parser.add_argument("project", help="the folder of a Python project")
    parser.add_argument("--provider", choices=PROVIDERS, default="embedded", help="who answers")
    parser.add_argument("--n", type=int, default=200, help="how many positions (default: 200)")
    parser.add_argument("--seed", type=int, default=0, help="which positions (default: 0)")
    parser.add_argument("--reads", type=int, default=1 << 16, help="characters before the cursor that a model is told")
    parser.add_argument("--record", type=Path, help="write what was answered where to a file, a JSON object a line")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Print the figures; 1 when there is nothing to judge, 2 when the provider cannot answer."""
    texts = read_project(Path(arguments.project))
    chosen = positions(texts, arguments.n, arguments.seed)
    if not chosen:
        print(f"{arguments.project} holds no Python lines to complete. Name a project's folder.", file=sys.stderr)
        return 1
    try:
        guesses = asyncio.run(_evaluate(texts, chosen, arguments.provider, arguments.reads))
    except EndpointError as error:
        print(error, file=sys.stderr)
        return 2
    if arguments.record is not None:
        arguments.record.write_text("".join(_records(chosen, guesses)), encoding="utf-8")
    figures = {name: figures_of(chosen, answered) for name, answered in guesses.items()}
    if arguments.json:
        print(json.dumps(figures if arguments.provider == TOGETHER else figures[arguments.provider]))
    else:
        print("\n".join(f"{name}: {_says(shares)}" for name, shares in figures.items()))
    return 0


def read_project(folder: Path) -> dict[str, str]:
    """The project's Python files by path, without what was installed or built."""
    paths = (
        path
        for path in sorted(folder.resolve().rglob("*.py"))
        if GENERATED.isdisjoint(path.relative_to(folder.resolve()).parts)
    )
    return {str(path): path.read_text("utf-8", "replace") for path in paths if path.is_file()}


def positions(texts: Mapping[str, str], n: int, seed: int) -> list[Position]:
    """At most ``n`` random places on lines of code, each with at least one character of its line left."""
    draw = random.Random(seed)  # noqa: S311 - a sample that can be drawn again
    lines = [(path, number) for path, text in texts.items() for number in _code_lines(text)]
    chosen: list[Position] = []
    for path, number in draw.sample(lines, min(n, len(lines))):
        above = texts[path].split("\n")
        line = above[number].rstrip()
        column = draw.randrange(len(line) - len(line.lstrip()), len(line))
        before = "\n".join([*above[:number], line[:column]])
        chosen.append(Position(path=path, before=before, rest=line[column:]))
    return chosen


def shortened(position: Position, most: int) -> Position:
    """The position as known from whole lines of at most so many characters before it, for a model that reads slowly."""
    if len(position.before) <= most:
        return position
    return replace(position, before=position.before[-most:].partition("\n")[2] or position.before[-most:])


def _code_lines(text: str) -> list[int]:
    """The lines worth completing: code of some length, outside multi-line strings and comments."""
    inside: set[int] = set()
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.STRING and token.start[0] != token.end[0]:
                inside.update(range(token.start[0] - 1, token.end[0]))
    except (tokenize.TokenError, SyntaxError):
        return []
    bodies = enumerate(line.strip() for line in text.split("\n"))
    return [
        number
        for number, body in bodies
        if number >= _FIRST_LINES and len(body) >= _SHORTEST_LINE and not body.startswith("#") and number not in inside
    ]


async def _evaluate(
    texts: Mapping[str, str], chosen: Sequence[Position], name: str, reads: int
) -> dict[str, list[Guess]]:
    """The guesses by who made them."""
    if name == "embedded":
        return {name: await _engine_guesses(texts, chosen)}
    model = await _model_guesses([shortened(each, reads) for each in chosen], "openai" if name == TOGETHER else name)
    if name != TOGETHER:
        return {name: model}
    instant = await _engine_guesses(texts, chosen)
    both = [combined(one, other) for one, other in zip(instant, model, strict=True)]
    return {"embedded": instant, "model": model, TOGETHER: both}


async def _engine_guesses(texts: Mapping[str, str], chosen: Sequence[Position]) -> list[Guess]:
    async with _closing(EmbeddedProvider()) as engine:
        await engine.learn(texts)
        return [await _guess(engine, position) for position in chosen]


async def _model_guesses(chosen: Sequence[Position], name: str) -> list[Guess]:
    settings = Settings().merge({"provider": name, "openai.timeout": _MODEL_SECONDS})[0]
    async with _closing(open_provider(settings, os.environ)) as model:
        return [await _guess(model, position) for position in chosen]


@asynccontextmanager
async def _closing(provider: P) -> AsyncIterator[P]:
    try:
        yield provider
    finally:
        await provider.close()


def combined(instant: Guess, model: Guess) -> Guess:
    """What a person gets of both: the instant guess where it is confident or the model has none, else the model's."""
    first = instant.confidence >= FIRST
    if first or model.asked is None:
        return replace(instant, seconds=instant.seconds if first else model.seconds)
    return model


async def _guess(provider: Provider, position: Position) -> Guess:
    started = time.perf_counter()
    unasked = await _answer(provider, position, asked=False)
    seconds = time.perf_counter() - started
    embedded = isinstance(provider, EmbeddedProvider)
    asked = await _answer(provider, position, asked=True) if embedded else unasked
    return Guess(
        unasked=_line(unasked) if unasked and _likely(unasked) else None,
        asked=_line(asked) if asked else None,
        seconds=seconds,
        confidence=(unasked.confidence or 0.0) if unasked else 0.0,
    )


async def _answer(provider: Provider, position: Position, *, asked: bool) -> Answer | None:
    uri = Path(position.path).as_uri()
    document = Document(uri=uri, language="python", version=1, text=Text.of(position.before))
    snapshot = Snapshot(revision=1, documents={uri: document})
    moment = Moment(snapshot=snapshot, uri=uri, offset=len(position.before), at=time.time(), asked=asked)
    context = Context(moment=moment, before=position.before, after="")
    return next(iter([answer async for answer in provider.complete(context, 1)]), None)


def _line(answer: Answer) -> str:
    """The rest of the line as answered."""
    return answer.text.partition("\n")[0].rstrip()


def _likely(answer: Answer) -> bool:
    """Whether an answer is likely enough to be shown unasked."""
    if answer.confidence is not None:
        return answer.confidence >= SURE
    return bool(answer.logprobs) and statistics.fmean(answer.logprobs) >= math.log(LIKELY)


def _records(chosen: Sequence[Position], guesses: Mapping[str, Sequence[Guess]]) -> Iterator[str]:
    for number, position in enumerate(chosen):
        told = {name: asdict(answered[number]) for name, answered in guesses.items()}
        yield json.dumps({"rest": position.rest, **told}) + "\n"


def figures_of(chosen: Sequence[Position], guesses: Sequence[Guess]) -> dict[str, float]:
    """Shares of all positions (``exact`` when asked, ``shown`` unasked), and of the shown those exactly right."""
    pairs = list(zip(chosen, guesses, strict=True))
    shown = [guess.unasked == position.rest for position, guess in pairs if guess.unasked is not None]
    return {
        "n": len(pairs),
        "exact": round(sum(guess.asked == position.rest for position, guess in pairs) / len(pairs), 4),
        "shown": round(len(shown) / len(pairs), 4),
        "precision": round(sum(shown) / len(shown), 4) if shown else 0.0,
        "median_ms": round(1e3 * statistics.median(guess.seconds for guess in guesses), 2),
    }


def _says(figures: Mapping[str, float]) -> str:
    return (
        f"{figures['n']} positions: the rest of the line exact at {figures['exact']:.0%} when asked; "
        f"unasked shown at {figures['shown']:.0%}, {figures['precision']:.0%} of them exact; "
        f"{figures['median_ms']:.1f} ms in the median."
    )


COMMANDS = (
    Command(
        name=("eval", "lines"),
        summary="measure how often the rest of a line comes out exactly at random places of a project",
        add_arguments=add_arguments,
        run=run,
    ),
)
