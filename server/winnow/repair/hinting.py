"""A nudge towards a proven fix, without the answer, checked before it is given.

A hint is worth giving where a weaker solver fails without it and succeeds with it (GPT4Hints-GPT3.5Val, Phung et al.
2023, who let a weaker model stand in for the learner). The weaker solver here is the embedded search with a handful
of tries; where a model wrote the fix, that model with nothing to read but the function and the failure.
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from winnow.llm import EndpointError
from winnow.mend import propose
from winnow.repair.asking import bare_brief, candidate_of
from winnow.repair.candidates import of_proposal
from winnow.repair.guilt import changed_first, guilty
from winnow.repair.scene import scene_of
from winnow.repair.telling import values_of
from winnow.repair.trying import Proposed, try_out
from winnow.text import bare_lines
from winnow.uris import path_of, uri_of
from winnow.words import short_name

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterable

    from winnow.facts import TestResult
    from winnow.findings import Fix
    from winnow.mend import Proposal
    from winnow.repair.scene import Scene
    from winnow.session import Folder, Session

TRIES = 4
"""Edits that the weaker solver may try: a learner does not go through hundreds."""
NUDGES = MappingProxyType(
    {
        "arguments": "Look at what is handed to a call there.",
        "borrowed": "Another place of this code does the same thing, and does it right.",
        "calls": "Look at which function is called there, or whether it is.",
        "comparison": "Look at what is compared there: which way round, and what happens where both are equal.",
        "conditions": "Ask for which inputs a condition there holds, and for which it should.",
        "constants": "One of the fixed values there is not what the test expects.",
        "guards": "Think of an input that the code does not expect: an empty one, or none at all.",
        "missing": "Something that has to happen there does not happen at all.",
        "names": "Two things there have names that are easily taken for each other.",
        "off_by_one": "Count: where does it begin, and where does it end?",
        "operands": "Look at the order of what is combined there.",
        "operators": "Look at how two values are combined there.",
        "placement": "A statement stands at the wrong depth, or too early, or too late.",
        "precedence": "Look at which operator there takes its operands first.",
        "returns": "Look at what is handed back, and when.",
        "slices": "Look at which part of a sequence is taken.",
        "updates": "Follow one variable through the loop: is it what it should be after each round?",
        "yields": "Look at what is handed on, one at a time.",
    }
)
"""What to think about, by the kind of the small edit that was proven; it never says the edit."""

CHECKED = "Checked: a weaker solver finds the fix with this hint, and does not find it without."
EASY = "A weaker solver finds the fix without any hint, so this one says little: have another look first."
USELESS = "Not sure to help: a weaker solver did not find the fix with this hint either."
UNCHECKED = "Not checked: there is no weaker solver to try this hint on."


@dataclass(frozen=True, slots=True, kw_only=True)
class Nudge:
    """A hint and what it narrows the search to: a kind of edit, and a line (from 0) of a file where it names one."""

    text: str
    kind: str
    path: str
    line: int | None = None

    def allows(self, proposal: Proposal, scene: Scene) -> bool:
        """Whether somebody who believes the hint would try this."""
        edit = proposal.edits[0]
        if edit.uri != self.path or proposal.kind.partition("+")[0] != self.kind:
            return False
        text = scene.snapshot.documents[uri_of(self.path)].text
        return self.line is None or text.position(edit.start)[0] == self.line


async def hint(failure: TestResult, folder: Folder, session: Session) -> str:
    """A nudge towards a proven fix, the least telling that helps, with what its check showed; never the answer."""
    fixes = session.standing_fixes(folder.key(failure.test))
    if not fixes:
        return f"No fix of {short_name(failure.test)} is proven yet, so there is nothing sure to hint at."
    nudges = _nudges(fixes[0])
    if folder.prover is None or not session.settings.trusted:
        return f"{nudges[-1].text}\n\n{UNCHECKED}"
    scene = await scene_of(failure, folder, folder.prover, session)
    nudge, verdict = await _checked(nudges, fixes[0], scene)
    suspect = guilty(scene)
    values = await values_of(scene, suspect) if suspect else ""
    seen = ["\n".join(["These were the values:", *(f"  {each}" for each in bare_lines(values))])] if values else []
    return "\n\n".join([nudge.text, *seen, verdict])


def _nudges(fix: Fix) -> tuple[Nudge, ...]:
    """What may be said of a fix without saying it, the least telling first."""
    candidate = fix.suggestion.candidate
    edit = candidate.edits[0]
    kind = candidate.origin.model.partition("+")[0]
    thought = NUDGES.get(kind, "Follow the values through it, line by line.")
    path = path_of(edit.uri)
    line = changed_first(fix).line
    name = Path(path).name
    return (
        Nudge(text=f"Look into {name}. {thought}", kind=kind, path=path),
        Nudge(text=f"Look at line {line + 1} of {name}. {thought}", kind=kind, path=path, line=line),
    )


async def _checked(nudges: tuple[Nudge, ...], fix: Fix, scene: Scene) -> tuple[Nudge, str]:
    """The first nudge with which a weaker solver succeeds where it fails without; else the last, and why not."""
    written = fix.suggestion.candidate.origin.model not in NUDGES and "+" not in fix.suggestion.candidate.origin.model
    session = scene.session
    if written and (session.provider is session.embedded or not scene.suspects):
        return nudges[-1], UNCHECKED
    try:
        if await _solved(None, scene, written=written):
            return nudges[0], EASY
        for nudge in nudges:
            if await _solved(nudge, scene, written=written):
                return nudge, CHECKED
    except EndpointError:
        return nudges[-1], UNCHECKED
    return nudges[-1], USELESS


async def _solved(nudge: Nudge | None, scene: Scene, *, written: bool) -> bool:
    """Whether the weaker solver finds something that passes every test, with a nudge or without any."""
    attempts = _written(nudge, scene) if written else _edited(nudge, scene)
    async with aclosing(attempts):
        async for proposed in attempts:
            if (await try_out(proposed, scene)).survives:
                return True
    return False


async def _edited(nudge: Nudge | None, scene: Scene) -> AsyncGenerator[Proposed]:
    """The likeliest few of the small edits, of those that a nudge allows."""
    edits = propose(scene.sources, scene.suspects, (scene.failure,), pairs=0)
    allowed: Iterable[Proposal] = (each for each in edits if nudge is None or nudge.allows(each, scene))
    for each in await asyncio.to_thread(list, islice(allowed, TRIES)):
        yield of_proposal(each, scene)


async def _written(nudge: Nudge | None, scene: Scene) -> AsyncGenerator[Proposed]:
    """One answer of the model to a question that leaves out the values, the surroundings and what was tried."""
    brief = bare_brief(scene.suspects[0], scene)
    if nudge is not None:
        brief = replace(brief, message=f"{brief.message}\nHint: {nudge.text}")
    async with aclosing(scene.session.provider.repair(brief)) as patches:
        async for patch in patches:
            yield Proposed(candidate=candidate_of(patch, brief, scene), weight=0.0, asked=True)
            return
