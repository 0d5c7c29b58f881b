"""Source text as tokens of any language, without a grammar.

A word never carries blanks; punctuation carries those on both sides of it (" = ", ", ", "("), which tells an
assignment from a keyword argument and a last comma from others. Two words in a row stand one blank apart.
A line end says how the next line is indented: deeper, the same or less; indentation itself is not a token.
"""

from __future__ import annotations

import re
from functools import lru_cache

START, SAME, DEEPER, SHALLOWER = "", "\n", "\n>", "\n<"
ENDS = frozenset({START, SAME, DEEPER, SHALLOWER})

_WORD = r"[^\W\d]\w*|\d[\w.]*"
_OPERATOR = r"\*\*=?|//=?|>>=?|<<=?|->|=>|:=|&&|\|\||::|[-+*/%&|^=!<>@]=|\"\"\"|'''|\.\.\.|[^\w\s]"
_TOKEN = re.compile(rf"{_WORD}|[ \t]*(?:{_OPERATOR})[ \t]*")
_STARTS_WORD = re.compile(r"\w")


def is_word(token: str) -> bool:
    """Whether a token is an identifier, a keyword or a number."""
    return bool(_STARTS_WORD.match(token))


def rendered(before: str, token: str) -> str:
    """How a token is written after another one on the same line."""
    return " " + token if is_word(token) and is_word(before) else token


@lru_cache(1 << 14)  # the same file is read at every keystroke
def lex_line(line: str) -> tuple[str, ...]:
    """The tokens of one line, without its end; a blank at the end of it belongs to no token."""
    tokens: list[str] = _TOKEN.findall(line.strip())
    if tokens and not is_word(tokens[-1]):
        tokens[-1] = tokens[-1].rstrip()
    return tuple(tokens)


def indentation(line: str) -> int:
    """The width of the blanks a line starts with, a tab counting for four."""
    body = line.lstrip(" \t")
    blanks = line[: len(line) - len(body)]
    return len(blanks) + 3 * blanks.count("\t")


def lex(text: str) -> list[str]:
    """The tokens of a whole text, from the start mark to its last line's end."""
    tokens, above = [START], 0
    first = True
    for line in text.splitlines():
        content = lex_line(line)
        if not content:
            continue
        if not first:
            tokens.append(line_end(above, indentation(line)))
        above, first = indentation(line), False
        tokens += content
    tokens.append(SAME)
    return tokens


def line_end(above: int, below: int) -> str:
    """The token between two lines of these indentations."""
    return SAME if above == below else DEEPER if below > above else SHALLOWER


def open_line(line: str) -> tuple[list[str], str]:
    """The finished tokens of a line that ends at the cursor, and what is typed of the next one.

    A token that touches the cursor may go on, so it counts as typed, not as finished.
    """
    body = line.lstrip(" \t")
    spans = [(match.group(), match.end()) for match in _TOKEN.finditer(body)]
    if not spans:
        return [], body
    if is_word(spans[-1][0]) and body[spans[-1][1] :]:  # "return " waits for any next token
        return [token for token, _ in spans], body[spans[-1][1] :]
    finished = spans[:-1]
    return [token for token, _ in finished], body[finished[-1][1] if finished else 0 :]
