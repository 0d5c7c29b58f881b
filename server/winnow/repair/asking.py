"""One round with a model: what it is told of a failure, and its answers as candidates."""

from __future__ import annotations

import uuid
from contextlib import aclosing
from dataclasses import replace
from itertools import takewhile
from pathlib import PurePath
from typing import TYPE_CHECKING

from winnow.facts import Candidate, Edit, Origin
from winnow.llm import Brief, EndpointError, repair_length
from winnow.repair.candidates import versions
from winnow.repair.telling import tell
from winnow.repair.trying import Proposed
from winnow.repair.whole_files import made_whole
from winnow.text import bare_lines, split_lines
from winnow.uris import uri_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from winnow.llm import Attempt, Patch
    from winnow.mend import Suspect
    from winnow.repair.scene import Scene
    from winnow.repair.search import Search

BELIEF = 1.0
"""A program that a model wrote for the failure, and that passes, against a small edit found by trying many."""
SIZE_OF_ANY_LINE = 1 << 20
CHARACTERS_A_TOKEN = 4
ATTEMPTS_TOLD = 3


def affordable(search: Search) -> bool:
    """Whether the tokens that the person allows one search are not spent yet; 0 allows any number."""
    allowed = search.scene.session.settings.repair_tokens
    return not allowed or search.tokens < allowed


async def ask(search: Search, suspect: Suspect, n: int = 1) -> AsyncGenerator[Proposed, None]:
    """What the model makes of a suspect function, ``n`` times; nothing where tokens are spent or nobody answers."""
    scene = search.scene
    if not affordable(search) or scene.withholds(suspect):
        return
    brief = await _brief(search, suspect)
    search.rounds += 1
    search.tokens += n * repair_length(brief) // CHARACTERS_A_TOKEN
    try:
        async with aclosing(scene.session.provider.repair(brief, n)) as patches:
            async for patch in patches:
                search.answers += 1
                search.tokens += len(patch.text + patch.explanation) // CHARACTERS_A_TOKEN
                yield Proposed(candidate=candidate_of(patch, brief, scene), weight=BELIEF, asked=True)
    except EndpointError as error:
        scene.session.client.log(str(error))


async def _brief(search: Search, suspect: Suspect) -> Brief:
    """Everything there is to tell of a failure and a suspect."""
    scene = search.scene
    told = search.told.get(suspect) or await tell(scene, suspect)
    search.told[suspect] = told
    return replace(
        bare_brief(suspect, scene),
        test_source=scene.test_source,
        excerpts=told.excerpts,
        values=told.values,
        attempts=_attempts(search),
    )


def bare_brief(suspect: Suspect, scene: Scene) -> Brief:
    """The failure and the suspect function, and nothing else."""
    document = scene.snapshot.documents[uri_of(suspect.path)]
    text = document.text
    start, end = text.offset(suspect.start_line, 0), text.offset(suspect.end_line, SIZE_OF_ANY_LINE)
    return Brief(
        test=scene.failure.test,
        message=scene.failure.message,
        path=suspect.path,
        unit=suspect.unit,
        source=text.slice(start, end),
        file=str(text),
        start=start,
        end=end,
        language=document.language,
        withheld=scene.withholds(suspect),
    )


def _attempts(search: Search) -> tuple[Attempt, ...]:
    """The latest of the model's own attempts, the one that came nearest last, as that is read best."""
    asked = [each for each in search.tried if each.asked and not each.survives]
    nearest = max(asked, key=search.merit, default=None)
    others = [each for each in asked if each is not nearest][-(ATTEMPTS_TOLD - 1) :]
    chosen = [*others, nearest] if nearest else []
    return tuple(each.told(each.candidate.edits[0].text) for each in chosen)


def _undecorated(text: str, brief: Brief) -> str:
    """A function without the decorators that stand above it already: models repeat what they were not shown."""
    above = [line.strip() for line in takewhile(_decorates, reversed(bare_lines(brief.file[: brief.start])))]
    lines = split_lines(text)
    repeated = sum(1 for _ in takewhile(lambda line: _decorates(line) and line.strip() in above, lines))
    return "".join(lines[repeated:])


def _decorates(line: str) -> bool:
    return line.lstrip().startswith("@")


def candidate_of(patch: Patch, brief: Brief, scene: Scene) -> Candidate:
    """A model's answer as a candidate."""
    whole = patch.whole or not brief.unit
    start, end = (0, len(brief.file)) if whole else (brief.start, brief.end)
    text = made_whole(patch.text, brief.file) if whole else _undecorated(patch.text, brief)
    edits = (Edit(uri=uri_of(brief.path), start=start, end=end, text=text),)
    return Candidate(
        id=uuid.uuid4().hex,
        edits=edits,
        versions=versions(edits, scene),
        origin=patch.origin or Origin(provider=scene.session.provider.name, model=scene.session.provider.model),
        logprobs=patch.logprobs,
        prompt=patch.prompt,
        title=f"rewrite `{brief.unit or PurePath(brief.path).name}`",
        explanation=patch.explanation,
    )
