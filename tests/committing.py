"""A folder as a git repository, whoever the machine belongs to."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SOMEBODY = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false")


def commit(folder: Path) -> None:
    """Commit all that is in a folder."""
    for words in (("init", "-q"), ("add", "--all"), ("commit", "-q", "--message", "All of it")):
        subprocess.run(["git", *SOMEBODY, "-C", str(folder), *words], check=True)
