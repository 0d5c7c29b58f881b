"""Small programs of a benchmark, run by hosts of their own (see ``program_host``)."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from winnow.mend import Behaviour

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from winnow.mend import Specification

_LONGEST_LINE = 1 << 28


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """One process that runs programs, one after the other. Use ``host()`` to have one."""

    process: asyncio.subprocess.Process

    async def run(
        self, programs: Sequence[str], function: str, tests: Sequence[str], known: Specification
    ) -> tuple[Behaviour, ...]:
        """Run each program with the tests, then, if it passes, with the checks and inputs of what is known.

        Raises RuntimeError where the host has ended, as it does when the sandbox cannot be set up.
        """
        request = {"programs": programs, "function": function, "tests": tests}
        request |= {"checks": known.checks, "inputs": known.inputs}
        if self.process.stdin is None or self.process.stdout is None:
            raise RuntimeError("The process that runs programs has no pipes.")
        self.process.stdin.write(json.dumps(request).encode() + b"\n")
        answer = await self.process.stdout.readline()
        if not answer:
            raise RuntimeError("The process that runs programs has ended. `winnow doctor` says what the sandbox lacks.")
        return tuple(
            Behaviour(code=code, passed=did["passed"], kept=tuple(did["kept"]), outcomes=tuple(did["outcomes"]))
            for code, did in zip(programs, json.loads(answer), strict=True)
        )


@asynccontextmanager
async def host() -> AsyncIterator[Host]:
    """A host for as long as it is used; sets are in the same order in every run, so that results are."""
    with tempfile.TemporaryDirectory(prefix="winnow-programs-") as folder:
        for name in ("project", "scratch"):
            (Path(folder) / name).mkdir(mode=0o700)
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "winnow.commands.program_host",
            folder,
            env={**os.environ, "PYTHONHASHSEED": "0"},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=_LONGEST_LINE,
        )
        try:
            yield Host(process=process)
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
