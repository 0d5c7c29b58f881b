"""What a model is told beside the failing function: the values of the failing run, callers and callees, versions."""

from __future__ import annotations

import ast
import asyncio
from dataclasses import dataclass
from importlib import metadata
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from winnow.facts import Excerpt
from winnow.parsing import parse
from winnow.proof import Function, Question
from winnow.text import bare_lines
from winnow.uris import uri_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from winnow.mend import Suspect
    from winnow.proof import Step
    from winnow.repair.scene import Scene

SECONDS = 5.0
NEIGHBOURS = 4
MOST_LINES = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """``values`` are those of the failing run as text; ``excerpts`` what else is worth reading."""

    values: str
    excerpts: tuple[Excerpt, ...]


async def tell(scene: Scene, suspect: Suspect) -> Told:
    """Everything there is to tell of a suspect function."""
    return Told(values=await values_of(scene, suspect), excerpts=await _surroundings(scene, suspect))


async def values_of(scene: Scene, suspect: Suspect) -> str:
    """What the variables of a function held in the failing run, line by line (LDB); empty where it did not run."""
    if not suspect.unit:
        return ""
    function = Function(
        path=suspect.path,
        name=suspect.unit.rpartition(".")[2],
        start_line=suspect.start_line,
        end_line=suspect.end_line,
    )
    question = Question(function=function, tests=(scene.failure.test,))
    sight = await scene.prover.look(question, scene.snapshot, SECONDS)
    lines = bare_lines(scene.sources.get(suspect.path, ""))
    return "\n".join(_steps(sight.steps, lines))


def _steps(steps: Sequence[Step], lines: Sequence[str]) -> Iterator[str]:
    """Each line that ran with what had changed when it was about to; only the first and last of many."""
    told = [
        f"{lines[step.line].strip()}    # {', '.join(f'{name} = {value}' for name, value in step.values.items())}"
        for step in steps
        if step.values and step.line < len(lines)
    ]
    half = MOST_LINES // 2
    yield from told if len(told) <= MOST_LINES else [*told[:half], "...", *told[-half:]]


async def _surroundings(scene: Scene, suspect: Suspect) -> tuple[Excerpt, ...]:
    """Functions of other files that the failing test ran too, and the versions of the libraries that are used."""
    told = (each for each in scene.suspects if each.unit and each.path not in {suspect.path, *scene.withheld})
    near = list(islice(told, NEIGHBOURS))
    excerpts = [
        Excerpt(uri=uri_of(each.path), text=_source(scene, each), why=f"`{each.unit}` runs in the failing test too")
        for each in near
    ]
    means = await scene.prover.describe()
    used = await asyncio.to_thread(_versions, scene.sources.get(suspect.path, ""), means.interpreter)
    if used:
        excerpts.append(Excerpt(uri=uri_of(suspect.path), text=", ".join(used), why="the installed versions"))
    return tuple(excerpts)


def _source(scene: Scene, suspect: Suspect) -> str:
    lines = bare_lines(scene.sources[suspect.path])
    return "\n".join(lines[suspect.start_line : suspect.end_line + 1])


def _libraries(source: str) -> set[str]:
    """The names of the packages that a file imports, from anywhere."""
    try:
        tree = parse(source)
    except SyntaxError:
        return set()
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add((node.module or "").partition(".")[0])
    return found


def _versions(source: str, interpreter: str) -> tuple[str, ...]:
    """The libraries that a file imports, as installed for an interpreter: a model may know others (GitChameleon, 2024).

    Those whose package is named as their distribution is, which most are.
    """
    places = [str(each) for each in Path(interpreter).parent.parent.glob("lib/python*/site-packages")]
    wanted = _libraries(source)
    found = {(each.name or "").lower().replace("-", "_"): each for each in metadata.distributions(path=places)}
    return tuple(f"{name} {found[name.lower()].version}" for name in sorted(wanted) if name.lower() in found)
