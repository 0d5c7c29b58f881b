"""Similar code: windows of other files whose words are those around the cursor (Jaccard, as Copilot chooses them)."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

from winnow.context.sources import Piece
from winnow.facts import Excerpt
from winnow.uris import path_of, uri_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winnow.context.sources import Known

_WORD = re.compile(r"[^\W\d]\w+")
WINDOW, STRIDE = 60, 20
"""Lines. Long windows that overlap find a place without a parse; what is shown is its most similar part."""
SHOWN = 24
MOST_FILES, MOST_SNIPPETS, MOST_TEXT = 20, 4, 120_000
"""Files, excerpts, and characters read: what a keystroke can afford when none of them was read before."""
_LEAST = 0.15


@lru_cache(maxsize=256)
def windows(text: str, size: int, stride: int) -> tuple[tuple[int, frozenset[str]], ...]:
    """The windows of a text: the first line's number, and the words in it. ``size`` is a multiple of ``stride``."""
    lines = text.split("\n")
    starts = range(0, len(lines), stride)
    strips = [frozenset(_WORD.findall("\n".join(lines[start : start + stride]))) for start in starts]
    count, each = len(strips), size // stride
    return tuple((at * stride, frozenset().union(*strips[at : at + each])) for at in range(max(1, count - each + 1)))


def jaccard(left: frozenset[str], right: frozenset[str]) -> float:
    """The share of words that two sets have in common; 0 for two empty ones."""
    common = len(left & right)
    union = len(left) + len(right) - common
    return common / union if union else 0.0


def similar(known: Known) -> Iterator[Piece]:
    """The windows most like the lines above the cursor, at most one a file."""
    above = "\n".join(known.context.before.rsplit("\n", WINDOW)[-WINDOW:])
    wanted = frozenset(_WORD.findall(above))
    if not wanted:
        return
    best: list[tuple[float, str, str]] = []
    for path, text in _neighbours(known):
        score, start = max((jaccard(wanted, words), -start) for start, words in windows(text, WINDOW, STRIDE))
        if score >= _LEAST:
            best.append((score, path, _closest(text, -start, above)))
    for score, path, text in sorted(best, reverse=True)[:MOST_SNIPPETS]:
        why = f"reads like the lines above the cursor ({score:.0%} of the words)"
        yield Piece(excerpt=Excerpt(uri=uri_of(path), text=text, why=why), worth=0.3 + 0.5 * score)


def _neighbours(known: Known) -> list[tuple[str, str]]:
    """The other open documents of this language, those edited last first, then closed files handed in."""
    document = known.document
    open_now = known.opened
    latest = list(dict.fromkeys(each.uri for each in reversed(known.recent)))
    order = [uri for uri in [*latest, *open_now] if uri in open_now and uri != document.uri]
    texts = {
        path_of(uri): str(open_now[uri].text)
        for uri in dict.fromkeys(order)
        if open_now[uri].language == document.language
    }
    here = path_of(document.uri)
    texts |= {path: text for path, text in known.texts.items() if path not in texts and path != here}
    sizes = accumulate(len(text) for text in texts.values())
    return [pair for pair, size in zip(texts.items(), sizes, strict=True) if size <= MOST_TEXT][:MOST_FILES]


def _closest(text: str, start: int, above: str) -> str:
    """The part of a window that is most like the last lines above the cursor."""
    wanted = frozenset(_WORD.findall("\n".join(above.split("\n")[-SHOWN:])))
    lines = text.split("\n")[start : start + WINDOW]
    window = "\n".join(lines)
    _, first = max((jaccard(wanted, words), -at) for at, words in windows(window, SHOWN, SHOWN // 4))
    return "\n".join(lines[-first : -first + SHOWN]).strip("\n")
