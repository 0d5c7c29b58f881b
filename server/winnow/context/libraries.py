"""The versions of the libraries that the file imports: models mix up what each version has (GitChameleon, 2024)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from winnow.context.sources import Piece
from winnow.facts import Excerpt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winnow.context.sources import Known

_IMPORT = re.compile(r"^[ \t]*(?:import|from)[ \t]+(\w+)", re.MULTILINE)
_MOST = 12


def libraries(known: Known) -> Iterator[Piece]:
    """One excerpt with the distributions that this file imports, each with its version."""
    if not known.installed:
        return
    names = dict.fromkeys(_IMPORT.findall(known.context.before))
    versions = dict.fromkeys(known.installed[name] for name in names if name in known.installed)
    if versions:
        text = "installed: " + ", ".join(list(versions)[:_MOST])
        yield Piece(excerpt=Excerpt(uri=known.document.uri, text=text, why="versions of what is imported"), worth=0.75)
