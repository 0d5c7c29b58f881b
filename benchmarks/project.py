"""A large workspace to read, and what the parser alone takes for it."""

from __future__ import annotations

import itertools
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

READERS = 2
"""Processes that parse: as many as read for the index."""
PARSER = Path(__file__).parent / "peers" / "parse.py"


def fill(project: Path, lines: int) -> int:
    """Copy the standard library, again and again, until there are so many lines."""
    library = Path(sysconfig.get_paths()["stdlib"])
    sources = [path for path in sorted(library.rglob("*.py")) if "site-packages" not in path.parts]
    written = 0
    for number, path in enumerate(itertools.cycle(sources)):
        if written >= lines:
            break
        text = path.read_bytes()
        target = project / f"copy{number // len(sources)}" / path.relative_to(library)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text)
        written += text.count(b"\n")
    return written


def parsing(project: Path, lines: int) -> float:
    """Lines a second that the parser alone takes in, in as many processes as read for the index."""
    paths = sorted(map(str, project.rglob("*.py")))
    command = [sys.executable, str(PARSER)]
    before = time.perf_counter()
    parsers = [subprocess.Popen(command, stdin=subprocess.PIPE, text=True) for _ in range(READERS)]
    for number, parser in enumerate(parsers):
        assert parser.stdin is not None
        parser.stdin.write("\n".join(paths[number::READERS]))
        parser.stdin.close()
    for parser in parsers:
        parser.wait()
    return lines / (time.perf_counter() - before)
