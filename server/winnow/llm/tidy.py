"""Make a model's answer a candidate: cut what the file already says, what ran on, and what is not whole.

``RULES`` lists the rules in the order in which they apply; each takes a draft and returns another, or an empty one.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from types import MappingProxyType
from typing import TYPE_CHECKING

from winnow.facts import Candidate, Edit
from winnow.llm.comments import comment_mark
from winnow.llm.draft import Draft
from winnow.llm.indentation import fit_first_line, fit_following_lines, use_the_file_s_characters
from winnow.llm.overlaps import drop_repeat_of_above, stop_before_the_rest, stop_before_the_suffix, strip_echo
from winnow.llm.secrets import REDACTED
from winnow.llm.shape import (
    CLOSERS,
    cut,
    depth,
    open_above,
    opens_block,
    shape_of,
    unmatched_closers,
)

if TYPE_CHECKING:
    from winnow.facts import Context
    from winnow.llm.provider import Answer

Problems = Callable[[int, int, str], int]
"""Counts the syntax errors of the file, were the code points from one offset to another replaced by a text."""

_LOOP = 3
_LONGEST_PERIOD = 6
_MOST_CUTS = 12
_LOOP_MEANT = 8
_LOOP_IN_LINE = re.compile(r"(.{4,60}?)\1{3,}([^\n]{0,60})\Z", re.DOTALL)
_TELLING = re.compile(r"\w")
_UNFINISHED = re.compile(
    r"(?:[=,(\[{+\-*/%&|^<>\\.:@]|\b(?:and|or|not|in|is|if|else|return|import|from|as|await))\s*\Z"
)


_WHOLE = ("...", "import *")
"""What ends a statement although it looks as if more followed."""


def tidy(
    answer: Answer, context: Context, problems: Problems | None = None, *, multiline: bool | None = None
) -> Candidate | None:
    """What is worth trying of an answer, None when nothing is.

    ``problems`` counts the syntax errors of the file with a change; with it, no candidate leaves more than there were.
    ``multiline`` says whether a block is wanted; None: by the lines around the cursor.
    """
    document = context.moment.document
    draft = Draft(
        text=_plain_line_ends(answer.text),
        before=_plain_line_ends(context.before),
        after=_plain_line_ends(context.after),
        shape=shape_of(context, multiline=multiline),
        language=document.language,
        cut_off=answer.finished == "length",
    )
    for rule in RULES:
        draft = rule(draft)
        if not draft.text.strip():
            return None
    if problems is not None:
        draft = _no_worse(draft, context.moment.offset, document.text.line_end, problems)
    if not draft.text.strip() or draft.text == draft.after[: draft.covered]:
        return None
    offset = context.moment.offset
    end = offset + draft.covered
    text = draft.text.replace("\n", document.text.line_end)
    return Candidate(
        id=uuid.uuid4().hex,
        edits=(Edit(uri=document.uri, start=offset, end=end, text=text),),
        versions=MappingProxyType({document.uri: document.version}),
        origin=answer.origin,
        logprobs=answer.logprobs,
        confidence=answer.confidence,
        prompt=answer.prompt,
    )


def start_on_the_line(draft: Draft) -> Draft:
    """On an empty line the code starts at the cursor, not after more empty lines."""
    if draft.line.strip():
        return draft
    return draft.with_text(re.sub(r"\A(?:[ \t]*\n)+", "", draft.text))


def fit_indentation(draft: Draft) -> Draft:
    """Indent as the file does: the first line from the cursor, the others from the block they stand in."""
    text = use_the_file_s_characters(draft.text, draft.before, draft.after)
    text = fit_following_lines(fit_first_line(text, draft.before), draft.before)
    return draft.with_text(use_the_file_s_characters(text, draft.before, draft.after))


def keep_what_is_wanted(draft: Draft) -> Draft:
    """Keep a statement, a paragraph or a body, whichever belongs at the cursor."""
    return draft.with_text(cut(draft.text, draft.shape))


def end_loops(draft: Draft) -> Draft:
    """Say once what a model repeats over and over to the end, within a line or by lines.

    Code repeats itself, too: an answer that came to an end of its own accord is left alone unless it does so often.
    """
    most = _LOOP if draft.cut_off else _LOOP_MEANT
    found = _LOOP_IN_LINE.search(draft.text)
    text = draft.text
    if found is not None and len(found[0]) > most * len(found[1]):
        text = text[: found.start()] + _once(found)
    lines = text.split("\n")
    for period in range(1, _LONGEST_PERIOD + 1):
        for start in range(len(lines) - most * period + 1):
            once, rest = lines[start : start + period], lines[start:]
            again = (once * (len(rest) // period + 1))[: len(rest) - 1]
            if (
                any(map(_TELLING.search, once))
                and rest[:-1] == again
                and once[(len(rest) - 1) % period].startswith(rest[-1])
            ):
                return draft.with_text("\n".join(lines[: start + period]))
    return draft.with_text(text)


def _once(found: re.Match[str]) -> str:
    """One round of a loop; the part of a round at its end where there is one, as what joins the rounds is left over."""
    once, left = found[1], found[2]
    if not once.strip(" \t-=#*_"):
        return found[0]
    return left if left.strip() and once.startswith(left) else once + left


def close_only_what_is_open(draft: Draft) -> Draft:
    """Stop at a closing bracket for which nothing is open, neither in the answer nor in the lines above."""
    closing = len(unmatched_closers(draft.text))
    if not closing or closing <= (opened := open_above(draft.before)):
        return draft
    text = draft.text
    while text and len(unmatched_closers(text)) > opened:
        text = text[: max(map(text.rfind, CLOSERS))]
    return draft.with_text(text)


def end_with_a_whole_statement(draft: Draft) -> Draft:
    """Leave out the last lines while they are cut off, open a block without a body, or end in mid-expression."""
    if draft.rest.strip():
        return draft
    lines = draft.text.rstrip().split("\n")
    if draft.cut_off and len(lines) > 1:
        lines.pop()
    while len(lines) > 1 and (_hangs(lines, draft) or not lines[-1].strip()):
        lines.pop()
    text = "\n".join(lines)
    alone = len(lines) == 1 and _is_unfinished(text, draft) and not opens_block(text)
    return draft.with_text("" if alone and depth(text) <= 0 and not text.rstrip().endswith(".") else text)


def _hangs(lines: list[str], draft: Draft) -> bool:
    text = "\n".join(lines)
    last = lines[-1].rstrip()
    if last.lstrip().startswith(("@", "#")):
        return last.lstrip().startswith("@")
    return depth(text) > max(0, -depth(draft.after[:400])) or _is_unfinished(text, draft)


def _is_unfinished(text: str, draft: Draft) -> bool:
    """Whether the last line ends in mid-expression; not with the comma behind an item of what is open above."""
    last = text.rstrip().rpartition("\n")[2]
    if last.strip() == "return":
        return draft.cut_off
    if last.endswith(",") and open_above(draft.before) + depth(text) > 0:
        return False
    return not last.endswith(_WHOLE) and _UNFINISHED.search(last) is not None


def drop_blank_ends(draft: Draft) -> Draft:
    """No empty lines or spaces after the code; in the middle of a line only line ends go."""
    return draft.with_text(draft.text.rstrip("\n") if draft.rest.strip() else draft.text.rstrip())


def drop_what_was_hidden(draft: Draft) -> Draft:
    """A secret that a model was not told of, and says again as it was told, is no code."""
    known = REDACTED in draft.before or REDACTED in draft.after
    return draft if known or REDACTED not in draft.text else draft.with_text("")


def drop_mere_comments(draft: Draft) -> Draft:
    """Comments alone are no code, unless the cursor stands in one."""
    mark = comment_mark(draft.language)
    if mark in draft.line:
        return draft
    lines = [line.strip() for line in draft.text.split("\n") if line.strip()]
    return draft.with_text("") if all(line.startswith(mark) for line in lines) else draft


RULES: tuple[Callable[[Draft], Draft], ...] = (
    strip_echo,
    start_on_the_line,
    fit_indentation,
    keep_what_is_wanted,
    stop_before_the_suffix,
    stop_before_the_rest,
    end_loops,
    close_only_what_is_open,
    drop_repeat_of_above,
    end_with_a_whole_statement,
    drop_what_was_hidden,
    drop_mere_comments,
    drop_blank_ends,
)


def _no_worse(draft: Draft, offset: int, ending: str, problems: Problems) -> Draft:
    """Cut lines from the end until the file has no more syntax errors than without the candidate."""
    allowed = problems(offset, offset, "")
    lines = draft.text.split("\n")
    for kept in range(len(lines), max(len(lines) - _MOST_CUTS, 0), -1):
        text = "\n".join(lines[:kept])
        if kept < len(lines):
            text = text.rstrip()
        if text.strip() and problems(offset, offset + draft.covered, text.replace("\n", ending)) <= allowed:
            return draft.with_text(text)
    return draft.with_text("")


def _plain_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
