"""Texts that stand in for files: what is imported is the text in the editor, and the disk stays as it is."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import linecache
import os
import sys
from typing import Any, Dict, Optional, Sequence

from .source_lines import source_lines

TEXTS: Dict[str, str] = {}
"""Source by real path. Filled before anything of the project is imported."""


def lay(texts: Dict[str, str]) -> None:
    """Let these texts stand in for the files of their paths."""
    for path, text in texts.items():
        TEXTS[os.path.realpath(path)] = text
        show(path, text)


def show(path: str, text: str) -> None:
    """Give tracebacks the lines of a text instead of the file's."""
    linecache.cache[path] = (len(text), None, source_lines(text), path)


def text_of(path: str) -> Optional[str]:
    """The text laid over a path, if any."""
    return TEXTS.get(os.path.realpath(path)) if TEXTS else None


def put_on_disk() -> None:
    """Write the texts over their files, for the processes that a test starts: only ever in a view of its own."""
    for path, text in TEXTS.items():
        with open(path, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            file.write(text)


def install() -> None:
    """Make imports see the texts; to be called once, before pytest installs its own import hook."""
    loader: Any = importlib.machinery.SourceFileLoader
    from_disk = loader.get_code

    def get_code(self: Any, fullname: str) -> Any:
        path = self.get_filename(fullname)
        text = text_of(path)
        if text is None:
            return from_disk(self, fullname)
        return compile(text, path, "exec", dont_inherit=True)

    loader.get_code = get_code
    sys.meta_path.append(UnsavedFinder)


class UnsavedFinder:
    """Finds modules that exist only as a text, after every other finder has given up."""

    @staticmethod
    def find_spec(name: str, path: Optional[Sequence[str]] = None, _target: Any = None) -> Any:
        """The spec of a module that has no file yet."""
        if not TEXTS:
            return None
        last = name.rpartition(".")[2]
        for folder in sys.path if path is None else path:
            stem = os.path.join(os.path.realpath(folder or os.getcwd()), last)
            for file in (stem + ".py", os.path.join(stem, "__init__.py")):
                if file in TEXTS:
                    return importlib.util.spec_from_file_location(name, file)
        return None


def teach_rewriter() -> None:
    """Make pytest's assertion rewriting read the texts too: test files and conftests go past the usual loader."""
    import ast

    from _pytest.assertion import rewrite

    module: Any = rewrite
    from_disk, cached = module._rewrite_test, module._read_pyc

    def rewrite_test(path: Any, config: Any) -> Any:
        profile = sys.getprofile()
        sys.setprofile(None)  # nothing of the project runs here, and to record it would take as long again
        try:
            return rewritten(path, config)
        finally:
            sys.setprofile(profile)

    def rewritten(path: Any, config: Any) -> Any:
        text = text_of(str(path))
        if text is None:
            return from_disk(path, config)
        tree = ast.parse(text, filename=str(path))
        rewrite.rewrite_asserts(tree, text.encode("utf-8"), str(path), config)
        return None, compile(tree, str(path), "exec", dont_inherit=True)

    def read_pyc(path: Any, *rest: Any, **options: Any) -> Any:
        return cached(path, *rest, **options) if text_of(str(path)) is None else None

    module._rewrite_test, module._read_pyc = rewrite_test, read_pyc
