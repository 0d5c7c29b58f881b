"""A source file as Python reads it: decoded as it declares, and its lines as Python counts them.

A form feed or U+2028 ends no line, as it does for ``str.splitlines``.
"""

from __future__ import annotations

import io
import tokenize
from typing import List, Optional


def source_lines(source: str) -> List[str]:
    """The lines with their ends (LF, CR LF or CR); nothing after the last end."""
    return io.StringIO(source, newline="").readlines()


def read_source(path: str) -> Optional[str]:
    """The text of a file, None where it cannot be read or decoded."""
    try:
        with tokenize.open(path) as file:
            return file.read()
    except (OSError, SyntaxError, UnicodeDecodeError):
        return None
