"""Where things are kept: the state directory of this person, and the prior that ships with the package."""

from __future__ import annotations

import json
import os
from importlib import resources
from pathlib import Path
from typing import Any, cast

import platformdirs

STATE_VARIABLE = "WINNOW_STATE"
JOURNAL = "journal.sqlite"
"""The journal's name inside the state directory."""


def state_directory() -> Path:
    """Where the journal is kept: ``$WINNOW_STATE``, or this platform's place for state. It may not exist yet."""
    return Path(os.environ.get(STATE_VARIABLE) or platformdirs.user_state_dir("winnow"))


def write_private(file: Path, text: str) -> None:
    """Write a file that holds code or what a person did, a new one so that nobody else may read it. Raises OSError."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8") as out:  # noqa: PTH123 - a path cannot be opened with a mode
        out.write(text)


def shipped_prior() -> dict[str, Any]:
    """The gate's prior as it ships with the package, parsed."""
    text = resources.files("winnow").joinpath("gate", "prior.json").read_text(encoding="utf-8")
    return cast("dict[str, Any]", json.loads(text))
