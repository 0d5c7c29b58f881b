"""Import ahead what the tests import from outside the project, without taking anything from pytest's plugins.

pytest rewrites the assertions of its plugins as they are imported, and complains where they are there already: with
warnings made errors, as many projects have it, no test would run.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any, Iterable, List, Optional, Sequence

_LOADERS = frozenset(("SourceFileLoader", "ExtensionFileLoader"))


class _PluginsOwn(BaseException):
    """Not an Exception: code that does without a module that cannot be imported must not take this for that."""


class _Guard:
    """A finder that stops the import of a plugin."""

    def __init__(self, reserved: Iterable[str]) -> None:
        self._reserved = tuple(reserved)

    def find_spec(self, name: str, _path: Optional[Sequence[str]] = None, _target: Any = None) -> None:
        if any(name == each or name.startswith(each + ".") for each in self._reserved):
            raise _PluginsOwn(name)


def preloadable(ours: Iterable[str]) -> List[str]:
    """The names of the modules that are loaded now and may be imported ahead, but for those of the project."""
    project = set(ours)
    return [
        name
        for name, module in list(sys.modules.items())
        if name not in project
        and type(getattr(module, "__loader__", None)).__name__ in _LOADERS
        and hasattr(module, "__file__")
    ]


def reserved(config: Any) -> List[str]:
    """The modules of plugins, which pytest itself is to import."""
    hook = getattr(config.pluginmanager, "rewrite_hook", None)
    return sorted(getattr(hook, "_must_rewrite", ()))


def import_ahead(names: Iterable[str], plugins: Sequence[str]) -> None:
    """Import these modules, but for those that need a plugin."""
    guard: Any = _Guard(each for each in plugins if each not in sys.modules)
    sys.meta_path.insert(0, guard)
    try:
        for name in names:
            try:
                importlib.import_module(name)
            except BaseException:  # noqa: BLE001, S112 - what cannot be imported alone is imported by the project
                continue
    finally:
        sys.meta_path.remove(guard)
