"""What kind of character and line the cursor stands behind: cheap reading of code in any language."""

from __future__ import annotations

import re

_PUNCTUATION = {
    **dict.fromkeys("([{", "opening"),
    **dict.fromkeys(")]}", "closing"),
    **dict.fromkeys("=<>+-*/%!&|^~", "operator"),
    **dict.fromkeys("\"'`", "quote"),
    ",": "comma",
    ".": "dot",
    ":": "colon",
    ";": "colon",
    "#": "hash",
    "\n": "newline",
    " ": "space",
    "\t": "space",
}
_WORD = re.compile(r"[A-Za-z_]+")
_ASSIGNS = re.compile(r"[\w.\[\], '\"]+\s*[-+*/%|&]?=(?!=)")
_KEYWORDS = {
    **dict.fromkeys(("def", "class", "function", "func", "fn", "struct", "interface", "async"), "definition"),
    **dict.fromkeys(("import", "from", "use", "require", "include", "package"), "import"),
    **dict.fromkeys(
        ("if", "elif", "else", "for", "while", "try", "except", "with", "finally", "switch", "case", "match", "catch"),
        "control",
    ),
    **dict.fromkeys(("return", "yield", "raise", "throw", "break", "continue", "pass"), "exit"),
    "print": "print",
}
_COMMENT = ("#", "//", "/*", "*", '"""', "'''")
IDENTIFIER = re.compile(r"[A-Za-z_]\w+")
_PARTIAL = re.compile(r"[A-Za-z_]\w*$")


def character_kind(character: str) -> str:
    """The class of one character; ``none`` for an empty string."""
    if not character:
        return "none"
    if character.isalnum() or character == "_":
        return "word"
    return _PUNCTUATION.get(character, "other")


def line_kind(line: str) -> str:
    """What a line of code does, judged by how it begins."""
    stripped = line.strip()
    if not stripped:
        return "blank"
    if stripped.startswith(_COMMENT):
        return "comment"
    if (word := _WORD.match(stripped)) and (kind := _KEYWORDS.get(word.group())):
        return kind
    if _ASSIGNS.match(stripped):
        return "assignment"
    return "call" if "(" in stripped else "expression"


def open_brackets(text: str) -> int:
    """How many more brackets open than close."""
    return sum(map(text.count, "([{")) - sum(map(text.count, ")]}"))


def partial_name(line: str) -> str:
    """The identifier that the end of a line may be in the middle of; empty when it ends otherwise."""
    found = _PARTIAL.search(line)
    return found.group() if found else ""


def indentation(line: str) -> int:
    """How many white-space characters a line begins with."""
    return len(line) - len(line.lstrip())


def shared_start(first: str, second: str) -> int:
    """How many characters two texts begin with in common."""
    shorter = min(len(first), len(second))
    return next((number for number in range(shorter) if first[number] != second[number]), shorter)
