"""The rules of tidying that leave out what the file says already: before the cursor, after it, and below."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from winnow.llm.shape import last_line, unmatched_closers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winnow.llm.draft import Draft

_WORD = re.compile(r"\w+\Z")
_CHAIN = re.compile(r"(?:\w+\.)+\w*\Z")
_QUOTES = "\"'`"
_SHORTEST_ECHO = 2
_DISTINCTIVE = 8
"""Characters from which a line is too special to stand twice in a row by chance."""
_LINES_BELOW = 24
_LOOK_BACK = 4000


def strip_echo(draft: Draft) -> Draft:
    """Chat models say the cursor's line again, or the word or the chain of names that it ends with."""
    line, text = draft.line, draft.text
    said = line.strip()
    if len(said) >= _SHORTEST_ECHO and text.lstrip().startswith(said):
        return draft.with_text(text.lstrip()[len(said) :].removeprefix(line[len(line.rstrip()) :]))
    for pattern in (_CHAIN, _WORD):
        tail = pattern.search(line)
        if tail and len(tail[0]) >= _SHORTEST_ECHO and text.startswith(tail[0]):
            return draft.with_text(text[len(tail[0]) :])
    return draft


def may_become(heard: str, before: str, typed: str) -> bool:
    """Whether an answer that begins as ``heard`` may still turn out to be what was typed since it was asked for.

    ``before`` is the text that it was asked for with, of which a model may say the cursor's line again first.
    """
    line = last_line(before)
    tails = [line.strip(), *(found[0] for pattern in (_CHAIN, _WORD) if (found := pattern.search(line)))]
    starts = [heard, heard.lstrip()]
    starts += [said[len(tail) :].lstrip(" ") for said in starts for tail in tails if tail and said.startswith(tail)]
    echoing = any(tail.startswith(heard.lstrip()) for tail in tails)
    return echoing or any(said.startswith(typed) or typed.startswith(said) for said in starts)


def stop_before_the_suffix(draft: Draft) -> Draft:
    """Stop where the answer begins to say the lines that stand below the cursor."""
    stripped = map(str.strip, _lines(draft.after, len(draft.rest)))
    below = list(islice(filter(None, stripped), _LINES_BELOW))
    if not below:
        return draft
    lines = draft.text.split("\n")
    for number, line in enumerate(lines):
        if not line.strip() or (number == 0 and draft.line.strip()):
            continue
        said = [each.strip() for each in lines[number:] if each.strip()]
        same = said == below[: len(said)]
        if same or (line.strip() == below[0] and len(line.strip()) >= _DISTINCTIVE and not draft.rest.strip()):
            return draft.with_text("\n".join(lines[:number]).rstrip())
    whole_line = (draft.line + lines[0]).strip()
    if len(lines) == 1 and whole_line == below[0] and len(whole_line) >= _DISTINCTIVE and not draft.rest.strip():
        return draft.with_text("")
    return draft


def _lines(text: str, start: int) -> Iterator[str]:
    """The lines from an offset on, one by one: of a long file only the first few are looked at."""
    while (end := text.find("\n", start)) >= 0:
        yield text[start:end]
        start = end + 1
    yield text[start:]


def stop_before_the_rest(draft: Draft) -> Draft:
    """Leave out the end of the answer that the cursor's line already has; cover what it closes and goes on from."""
    rest = draft.rest.rstrip()
    if not rest or "\n" in draft.text.strip("\n"):
        return draft
    text = draft.text.rstrip("\n")
    closers = _closers_shared(text, rest)
    if text.rstrip().endswith(rest) and (closers or len(rest) > _SHORTEST_ECHO):
        return draft.with_text(text.rstrip()[: -len(rest)])
    for size in range(min(len(closers), len(rest)), 0, -1):
        if text.rstrip().endswith(rest[:size]):
            return draft.with_text(text.rstrip()[:-size])
    return replace(draft, text=text, covered=len(closers)) if closers else draft


def _closers_shared(text: str, rest: str) -> str:
    """The closing brackets or the quote that an answer closes although the rest of the line does."""
    if rest[0] in _QUOTES:
        return rest[0] if text.count(rest[0]) % 2 else ""
    closing = unmatched_closers(text)
    size = 0
    while size < min(len(closing), len(rest)) and closing[size] == rest[size]:
        size += 1
    return rest[:size]


def drop_repeat_of_above(draft: Draft) -> Draft:
    """An answer that only says the lines above once more says nothing."""
    said = [line.strip() for line in (draft.line + draft.text).split("\n") if line.strip()]
    above = [line.strip() for line in draft.before[-_LOOK_BACK:].split("\n")[:-1] if line.strip()]
    distinctive = sum(map(len, said)) >= _DISTINCTIVE
    return draft.with_text("") if distinctive and said == above[-len(said) :] else draft
