"""Moments, candidates and gates to try things with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from winnow.facts import Candidate, Context, Document, Edit, Moment, Origin, Snapshot
from winnow.gate import Gate
from winnow.journal import shipped_prior
from winnow.text import Text

MakeContext = Callable[..., Context]
MakeCandidate = Callable[..., Candidate]


@pytest.fixture(scope="session")
def prior() -> dict[str, Any]:
    return shipped_prior()


@pytest.fixture
def gate(prior: dict[str, Any]) -> Gate:
    return Gate.of(prior)


@pytest.fixture(scope="session")
def context() -> MakeContext:
    def make(before: str = "def total(prices):\n    return ", after: str = "\n", *, asked: bool = False) -> Context:
        document = Document(uri="file:///a.py", language="python", version=1, text=Text.of(before + after))
        snapshot = Snapshot(revision=1, documents={document.uri: document})
        moment = Moment(snapshot=snapshot, uri=document.uri, offset=len(before), at=0.0, asked=asked)
        return Context(moment=moment, before=before, after=after)

    return make


@pytest.fixture(scope="session")
def candidate() -> MakeCandidate:
    def make(text: str = "sum(prices)", identity: str = "c", *, logprob: float | None = -0.1) -> Candidate:
        return Candidate(
            id=identity,
            edits=(Edit(uri="file:///a.py", start=0, end=0, text=text),),
            versions={"file:///a.py": 1},
            origin=Origin(provider="replay", model="m"),
            logprobs=() if logprob is None else (logprob,) * 4,
        )

    return make
