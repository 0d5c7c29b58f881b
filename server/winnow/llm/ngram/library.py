"""The library that is always there: well-kept modules of the Python that runs the server."""

from __future__ import annotations

import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MODULES = """
    pathlib argparse ast asyncio bdb bisect calendar cmd code collections concurrent configparser contextlib copy csv
    dataclasses datetime difflib doctest email enum fileinput filecmp fractions ftplib functools gettext glob graphlib
    gzip hashlib heapq hmac html http imaplib importlib inspect io ipaddress json linecache logging mailbox
    multiprocessing optparse os pdb pickle pkgutil platform poplib pprint queue random re reprlib runpy sched selectors
    shelve shlex shutil smtplib socket socketserver sqlite3 ssl stat statistics string subprocess tarfile tempfile
    textwrap threading timeit tokenize trace traceback typing unittest urllib uuid venv warnings wave weakref webbrowser
    wsgiref xml xmlrpc zipapp zipfile zoneinfo
"""


def files() -> tuple[str, ...]:
    """The paths of the library's files, tests left out; empty where a Python comes without its sources."""
    root = Path(sysconfig.get_paths()["stdlib"])
    paths: list[Path] = []
    for name in _MODULES.split():
        module = root / f"{name}.py"
        found = [module] if module.is_file() else sorted((root / name).rglob("*.py"))
        paths += [path for path in found if "test" not in path.parts and "tests" not in path.parts]
    return tuple(map(str, paths))


def read(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each path with its text, one at a time; what cannot be read counts as empty."""
    for path in paths:
        try:
            yield path, Path(path).read_text("utf-8", "replace")
        except OSError:
            yield path, ""
