"""How a language begins a comment that ends with its line."""

from __future__ import annotations

_HASH = frozenset({"python", "ruby", "shellscript", "perl", "r", "yaml", "toml", "makefile", "dockerfile"})


def comment_mark(language: str) -> str:
    """``#`` or ``//``, by the identifier that editors give a language."""
    return "#" if language in _HASH else "//"
