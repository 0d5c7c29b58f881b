"""Fit the indentation of an answer to the file: chat models start over at column 0, others repeat what is there."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from winnow.llm.shape import TAB, indent_of, last_line, opens_block

_LEADING = re.compile(r"^[ \t]+", re.MULTILINE)
_HEAD = re.compile(r"\s*(?:async\s+)?(?:def|class|if|elif|else|for|while|with|try|except|finally|match|case)\b.*:\s*\Z")
"""A line whose body belongs on the lines below it."""
_INDENTED = re.compile(r"^([ \t]*)(?=\S)", re.MULTILINE)
_WIDTHS = (2, 4, 8)
_USUAL = 4
_LOOK_BACK = 8000


def fit_first_line(text: str, before: str) -> str:
    """The answer starting at the cursor's column, or deeper where the line above opens a block."""
    line = last_line(before)
    if _HEAD.match(line) and text.split("\n", 1)[0].strip():
        return "\n" + " " * (indent_of(line) + indent_step(before)) + text.lstrip()
    if line.strip():
        return text
    first, *others = text.split("\n")
    code = first.lstrip(" \t")
    here, above = indent_of(line), _code_above(before)
    step = indent_step(before)
    wanted = indent_of(above) + step if opens_block(above) else None
    if wanted is not None and here < wanted and above.rstrip().endswith(":"):
        code = " " * (wanted - here) + code
    elif not line and not opens_block(above):
        code = first
    return "\n".join([code, *others])


def fit_following_lines(text: str, before: str) -> str:
    """The lines after the first shifted right where the answer was written as if its first line stood at column 0."""
    first, *others = text.split("\n")
    line = last_line(before)
    following = next((each for each in others if each.strip()), None)
    if following is None:
        return text
    opened = opens_block(line + first)
    start = indent_of(line) if line.strip() else indent_of(line + first)
    least = start + 1 if opened and not following.lstrip().startswith((")", "]", "}")) else 0
    if indent_of(following) >= least:
        return text
    step = indent_step(before)
    shift = start if indent_of(following) else start + step
    return "\n".join([first, *(" " * shift + each if each.strip() else each for each in others)])


def use_the_file_s_characters(text: str, before: str, after: str) -> str:
    """Tabs or spaces, as the file around the cursor has them; the code of the first line is left alone."""
    head = 0 if not last_line(before).strip() else text.find("\n") + 1 or len(text)
    if not _LEADING.search(text[head:]):
        return text
    around = before[-_LOOK_BACK:] + after[:_LOOK_BACK]
    marks = [found[0] for found in _LEADING.findall(around)]
    if not marks:
        return text
    tabs = 2 * marks.count("\t") > len(marks)
    step = indent_step(text if tabs else around)

    def rewrite(found: re.Match[str]) -> str:
        space = found[0]
        if tabs == ("\t" in space) and tabs != (" " in space):
            return space
        width = len(space.expandtabs(step))
        return "\t" * (width // step) + " " * (width % step) if tabs else " " * width

    return text[:head] + _LEADING.sub(rewrite, text[head:])


def indent_step(text: str) -> int:
    """The columns by which a text indents one level: the commonest change from line to line, 4 where none is plain."""
    widths = [len(space.expandtabs(TAB)) for space in _INDENTED.findall(text[-_LOOK_BACK:])]
    steps = Counter(abs(after - before) for before, after in pairwise(widths))
    return max(_WIDTHS, key=lambda width: (steps[width], width == _USUAL))


def _code_above(before: str) -> str:
    lines = before[-_LOOK_BACK:].split("\n")[:-1]
    return next((line for line in reversed(lines) if line.strip()), "")
