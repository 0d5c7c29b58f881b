"""What can be meant where a line is written, read off the indentation: good enough to doubt a completed line by.

A name that stands neither in the enclosing function nor at the level of the module is hardly ever right, nor is a
second definition of a name, nor the import of what is imported.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from winnow.llm.ngram.lexing import indentation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_WORD = re.compile(r"[^\W\d]\w*")
_STRING = re.compile(r"\"(?:[^\"\\]|\\.)*(?:\"|$)|'(?:[^'\\]|\\.)*(?:'|$)")
_NAME = re.compile(r"(?<![\w.])[^\W\d]\w*(?!\w|\s*=(?!=))")
_BOUND = re.compile(r"\b(?:for|as|lambda|import)\s+([\w\s,()*]+)")
_HEAD = re.compile(r"\s*(?:async\s+def|def|class)\s+(\w+)")
_FUNCTION = re.compile(r"\s*(?:async\s+)?def\s")
_ALWAYS = frozenset({*keyword.kwlist, *keyword.softkwlist, *dir(builtins), "self", "cls"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The words that can be meant, how often each line occurs above, the last line, and what is defined above."""

    visible: frozenset[str]
    lines: Mapping[str, int]
    last: str
    defined: frozenset[str]

    def foreign(self, line: str, written: str) -> int:
        """How many names of what is written at the end of a line can hardly be meant there."""
        if _HEAD.match(line) or line.startswith(("import ", "from ")):
            return 0
        code = _STRING.sub('""', line)
        own = {word for bound in _BOUND.findall(code) for word in _WORD.findall(bound)}
        names = set(_NAME.findall(code)) & set(_WORD.findall(written))
        return len(names - own - self.visible - _ALWAYS)

    def redefines(self, line: str) -> bool:
        """Whether a line defines what was defined above, but for methods that every class may have."""
        head = _HEAD.match(line)
        return head is not None and head[1] in self.defined and not head[1].startswith("__")


@lru_cache(2)
def scope_of(above: str, blanks: int) -> Scope:
    """What can be meant in a line indented by so much, under a text."""
    lines = above.splitlines()
    bodies = Counter(line.strip() for line in lines)
    heads = (_HEAD.match(line) for line in lines)
    return Scope(
        visible=frozenset(_WORD.findall("\n".join(_seen(lines, blanks)))),
        lines=bodies,
        last=next((line.strip() for line in reversed(lines) if line.strip()), ""),
        defined=frozenset(head[1] for head in heads if head),
    )


def _seen(lines: Sequence[str], blanks: int) -> list[str]:
    """The lines of the module's own level and those of the functions around."""
    first = next((number for number, line in enumerate(lines) if _HEAD.match(line)), len(lines))
    seen = [*lines[:first], *(line for line in lines[first:] if line[:1].strip())]
    inside = blanks > 0
    for line in reversed(lines):
        if not inside:
            break
        if line.strip() and _FUNCTION.match(line) and indentation(line) < blanks:
            blanks = indentation(line)
            inside = blanks > 0
            seen.append(line)
        elif blanks and (indentation(line) >= blanks or not line.strip()):
            seen.append(line)
    return seen
