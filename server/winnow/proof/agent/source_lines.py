"""The lines of a source as Python counts them: a form feed or U+2028 ends none, as it does for ``str.splitlines``."""

from __future__ import annotations

import io
from typing import List


def source_lines(source: str) -> List[str]:
    """The lines with their ends (LF, CR LF or CR); nothing after the last end."""
    return io.StringIO(source, newline="").readlines()
