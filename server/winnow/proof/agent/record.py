"""What runs: the functions of the project that a test reaches, and those that ran while tests were imported.

``sys.monitoring`` on 3.12 and later, where a function costs one event a test; ``sys.setprofile`` before that.
"""

from __future__ import annotations

import sys
import threading
import types
from typing import Any, Dict, List, Set

TOOL = 4
CODE_OF_FUNCTION = 0x1  # CO_OPTIMIZED


class Recorder:
    """Collects the code objects that start to run, in every thread. One at a time."""

    def __init__(self, root: str) -> None:
        self._root = root
        self.codes: Set[types.CodeType] = set()
        self._seen_enough: Any = getattr(getattr(sys, "monitoring", None), "DISABLE", None)

    def start(self) -> None:
        """Record from now on."""
        if sys.version_info >= (3, 12):
            monitoring = sys.monitoring
            if monitoring.get_tool(TOOL) is None:
                monitoring.use_tool_id(TOOL, "winnow")
            monitoring.register_callback(TOOL, monitoring.events.PY_START, self._started)
            monitoring.set_events(TOOL, monitoring.events.PY_START)
            monitoring.restart_events()
        else:
            threading.setprofile(self._profiled)
            sys.setprofile(self._profiled)

    def stop(self) -> List[types.CodeType]:
        """Stop, and give the project's functions that ran since the start."""
        if sys.version_info >= (3, 12):
            sys.monitoring.set_events(TOOL, 0)
        else:
            sys.setprofile(None)
            threading.setprofile(None)
        codes, self.codes = self.codes, set()
        return [code for code in codes if code.co_filename.startswith(self._root)]

    def _started(self, code: types.CodeType, _offset: int) -> Any:
        self.codes.add(code)
        return self._seen_enough

    def _profiled(self, frame: types.FrameType, event: str, _argument: Any) -> None:
        if event == "call":
            self.codes.add(frame.f_code)


class FilesRead:
    """The data files under the root that are opened while it listens; an audit hook, so for a forked child only."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._paths: Set[str] = set()
        if hasattr(sys, "addaudithook"):
            sys.addaudithook(self._heard)

    def _heard(self, event: str, arguments: Any) -> None:
        if event == "open" and isinstance(arguments[0], str) and arguments[0].startswith(self._root):
            self._paths.add(arguments[0])

    def take(self) -> List[str]:
        """The paths since the last time."""
        paths, self._paths = self._paths, set()
        return sorted(path for path in paths if not path.endswith((".py", ".pyc")) and ".git" not in path)


def module_files(root: str) -> Dict[str, str]:
    """The imported modules of the project: file by name."""
    found = {}
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and file.startswith(root) and file.endswith(".py") and "site-packages" not in file:
            found[name] = file
    return found
