"""A second reading of a text, in which local names lose their identity.

In it an identifier is the number of distinct identifiers since it last occurred (move-to-front), so
``self.width = width`` and ``self.depth = depth`` are the same sequence, and what is learnt from one predicts the
other: a copy mechanism in the spirit of pointer networks (Vinyals et al., 2015), made of counts. A new word that is
a relative of a recent one is told from it in the same way: ``self._width = width``, ``for user in users``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from winnow.llm.ngram.vocabulary import FORMS, LITERAL_WORD, NUMBER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from winnow.llm.ngram.vocabulary import Vocabulary

RECENT = 12
"""How many identifiers back a name is remembered."""
_RELATED = RECENT + 1
_NEW = _RELATED + RECENT * FORMS
LITERAL = _NEW + NUMBER
"""Abstract symbols: 0 starts a document, then copies of recent names, their relatives, new words by kind, literals."""

Names = tuple[int, ...]
"""The last RECENT distinct identifiers, the latest first."""


def symbols(numbers: Iterable[int], vocabulary: Vocabulary, names: Names = ()) -> tuple[list[int], Names]:
    """The abstract symbols of tokens in a row, and the names after them."""
    kinds, stems, forms = vocabulary.kinds, vocabulary.stems, vocabulary.forms
    recent = list(names)
    recent_stems = [stems[name] for name in names]
    out: list[int] = []
    for number in numbers:
        kind = kinds[number]
        if kind == LITERAL_WORD:
            out.append(LITERAL + number if number else 0)
            if not number:
                recent.clear()
                recent_stems.clear()
            continue
        stem = stems[number]
        if number in recent:
            place = recent.index(number)
            out.append(place + 1)
            del recent[place], recent_stems[place]
        elif stem in recent_stems:
            out.append(_RELATED + recent_stems.index(stem) * FORMS + forms[number])
        else:
            out.append(_NEW + kind - 1)
        recent.insert(0, number)
        recent_stems.insert(0, stem)
        del recent[RECENT:], recent_stems[RECENT:]
    return out, tuple(recent)


def meant(symbol: int, names: Names, vocabulary: Vocabulary) -> int | None:
    """The token that an abstract symbol stands for after these names; None for a new word."""
    if symbol >= LITERAL:
        return symbol - LITERAL
    if symbol < _RELATED:
        return names[symbol - 1] if 0 < symbol <= len(names) else None
    place, form = divmod(symbol - _RELATED, FORMS)
    return vocabulary.relative(names[place], form) if place < min(len(names), RECENT) else None


def allowed_symbols(allowed: NDArray[np.bool_], names: Names, vocabulary: Vocabulary) -> NDArray[np.bool_]:
    """The abstract symbols that stand for an allowed token."""
    mask = np.zeros(LITERAL + len(allowed), np.bool_)
    mask[LITERAL:] = allowed
    for symbol in range(1, _NEW):
        token = meant(symbol, names, vocabulary)
        mask[symbol] = token is not None and allowed[token]
    return mask
