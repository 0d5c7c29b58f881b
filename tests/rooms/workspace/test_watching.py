"""Folders that we watch ourselves."""

from __future__ import annotations

import queue
from typing import TYPE_CHECKING

from winnow.workspace import watch

if TYPE_CHECKING:
    from pathlib import Path

SECONDS = 30


def test_what_is_generated_inside_a_folder_is_not_told_of_wherever_the_folder_lies(tmp_path: Path) -> None:
    project = tmp_path / "build" / "venv" / "project"
    generated = project / ".venv" / "lib.py"
    generated.parent.mkdir(parents=True)
    told: queue.Queue[frozenset[str]] = queue.Queue()
    watching = watch([str(project)], told.put)
    try:
        generated.write_text("x = 1\n")
        (project / "shop.py").write_text("x = 1\n")
        assert told.get(timeout=SECONDS) == {str(project / "shop.py")}
    finally:
        watching.stop()
