"""What a process that has collected the tests tells of them, of itself and of what was imported for it."""

from __future__ import annotations

from typing import Any, Dict, List, Tuple

from .imports import import_edges
from .preload import preloadable, reserved
from .pytest_session import Collected
from .record import module_files


def standing(collected: Collected, root: str, imported: List[Tuple[str, int]], unsafe: str) -> Dict[str, Any]:
    """The tests and what is needed to run them again; ``unsafe`` says why not by a fork.

    ``imported`` are the functions that ran meanwhile. A process that is unsafe to fork ends after this, and cannot be
    asked later what imports what: so it says that here too.
    """
    return {
        "tests": list(collected.items),
        "broken": collected.broken,
        "imported": imported,
        "rootdir": collected.root,
        "inifile": collected.inifile,
        "modules": preloadable(module_files(root)),
        "plugins": reserved(collected.session.config),
        "unsafe": unsafe,
        "edges": import_edges(root) if unsafe else {},
    }
