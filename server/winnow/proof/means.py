"""By what means a folder's tests run: for ``winnow doctor`` and the log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from winnow.proof.agent import sandbox
from winnow.text import bare_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winnow.proof.warm import Agent

MOST_NAMED = 5
FORKED = (
    "An edit inside functions is tried in a fork of a process that has collected the tests, any other in a process"
    " that imports the project anew."
)
FRESH = "Every edit is tried in a fresh interpreter, which takes longer, as {unsafe}."
AT_IMPORT = " What is started in a fixture, and not while a file is imported, does not stand in the way."


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """``ok`` says whether tests can run at all, ``says`` how or why not, ``notes`` what else is worth knowing.

    ``way`` tells how an edit comes to its verdict here, and why not faster.
    """

    ok: bool
    says: str
    way: str = ""
    notes: tuple[str, ...] = ()
    interpreter: str = ""
    python: str = ""
    runner: str = ""
    tests: int = 0
    sandbox: tuple[str, ...] = ()
    fast: bool = False
    slower_because: str = ""


def confinement() -> tuple[str, ...]:
    """The means of confinement that this machine offers, strongest first."""
    found = sandbox.available()
    return tuple(name for name in ("namespaces", "overlay", "landlock", "seccomp") if found.get(name))


def _flaky(tests: Sequence[str]) -> list[str]:
    """A sentence on the tests that nobody can rely on."""
    if not tests:
        return []
    known = ", ".join(tests[:MOST_NAMED]) + (" and more" if len(tests) > MOST_NAMED else "")
    return [f"{len(tests)} flaky: {known} ended differently on the same code, and neither refute nor prove."]


def _way(unsafe: str) -> str:
    """How verdicts are come by, and what would make them quicker."""
    if not unsafe:
        return FORKED
    return FRESH.format(unsafe=unsafe) + (AT_IMPORT if unsafe.startswith("importing") else "")


def means_of(agent: Agent, number: int, flaky: Sequence[str], note: str) -> Means:
    """How an agent that knows its tests runs them."""
    confined, versions = confinement(), agent.versions
    unsafe = agent.heat.unsafe if agent.heat else ""
    python, runner = versions.get("python", ""), f"pytest {versions.get('pytest', '')}"
    way = f"a fresh interpreter for each verdict, as {unsafe}" if unsafe else "a fork for each verdict"
    within = f"confined by {', '.join(confined)}" if confined else "not confined"
    broken = agent.heat.broken if agent.heat else {}
    notes = [f"{file} could not be collected: {bare_lines(why)[-1]}" for file, why in broken.items() if why]
    return Means(
        ok=True,
        way=_way(unsafe),
        says=f"{number} tests, {runner} on Python {python} ({agent.python}), {way}, {within}.",
        notes=(*notes, *_flaky(flaky), *([note] if note else []), *sandbox.available()["missing"]),
        interpreter=agent.python,
        python=python,
        runner=runner,
        tests=number,
        sandbox=confined,
        fast=not unsafe,
        slower_because=unsafe or agent.slower_because,
    )
