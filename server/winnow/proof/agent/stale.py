"""What on the disk is no longer as it was when the tests were collected."""

from __future__ import annotations

import os
import sys
import tokenize
from typing import Dict, Optional, Set, Tuple

from .bodies import Unsafe
from .record import module_files

SETTINGS = ("pyproject.toml", "pytest.ini", ".pytest.ini", "setup.cfg", "tox.ini", "pytest.toml", ".pytest.toml")
Stamp = Tuple[int, int]


class Stamps:
    """Times and sizes of the project's imported files, its test settings and the installed packages."""

    def __init__(self, root: str, inifile: str, overlaid: Set[str]) -> None:
        self._overlaid = overlaid
        self._modules = {path: _stamp(path) for path in module_files(root).values()}
        settings = [os.path.join(root, name) for name in SETTINGS]
        self._settings = {path: _stamp(path) for path in [*settings, inifile] if path}
        self._installed = {path: _stamp(path) for path in sys.path if "site-packages" in path}
        self._texts: Dict[str, Tuple[Optional[Stamp], str]] = {}

    def changed(self) -> Dict[str, str]:
        """The texts of files that were saved since, and are not open. Raises Unsafe when more than files changed."""
        for path, stamp in {**self._settings, **self._installed}.items():
            if _stamp(path) != stamp:
                raise Unsafe(f"{path} changed since the tests were collected")
        texts = {}
        for path, stamp in self._modules.items():
            now = _stamp(path)
            if now != stamp and path not in self._overlaid:
                texts[path] = self._text(path, now)
        return texts

    def _text(self, path: str, now: Optional[Stamp]) -> str:
        if path not in self._texts or self._texts[path][0] != now:
            try:
                with tokenize.open(path) as file:
                    self._texts[path] = (now, file.read())
            except (OSError, SyntaxError, UnicodeDecodeError) as error:
                raise Unsafe(f"{path} cannot be read any more: {error}") from None
        return self._texts[path][1]


def _stamp(path: str) -> Optional[Stamp]:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
