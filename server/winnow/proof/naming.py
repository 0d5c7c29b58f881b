"""What a folder's project and interpreter call things, gathered for the check of invented names.

The user's interpreter is asked which modules and members it has (``agent/modules.py``), once for each module; what
belongs to the project is read from its files and buffers, and never imported.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
from contextlib import suppress
from itertools import islice
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from winnow.proof.agent.source_lines import read_source
from winnow.proof.installed import site_packages, written
from winnow.proof.names import ModuleFacts, ProjectNames, module_names, unknown_names, wanted_modules
from winnow.proof.names_units import Surroundings
from winnow.proof.sources import python_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ASK_SECONDS = 10.0
LINE_LIMIT = 4_000
"""A file with more lines would be looked through for longer than its tests run."""
FILE_LIMIT = 4_000
"""How many files of a project are read for the attributes they bind."""
_ATTRIBUTE = re.compile(r"\.(\w+)\s*(?::[^=\n]*)?=(?!=)|setattr\(")
_ASK = (
    "import json, sys; sys.path.insert(0, {agent!r}); import modules; sys.path.pop(0); "
    "print(json.dumps(modules.describe(json.load(sys.stdin))))"
)
_UNREADABLE = (SyntaxError, RecursionError)
"""As the syntax of a newer Python than this one is, and what is nested too deeply to be looked through."""
_AGENT = str(Path(__file__).with_name("agent"))


class Naming:
    """One folder's names; what was found out once is remembered, but for what is missing: it may come."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._facts = ModuleFacts()
        self._asked: set[str] = set()
        self._installed: Mapping[str, int] = {}
        self._files: tuple[str, ...] | None = None
        self._parts: frozenset[str] = frozenset()
        self._attributes: frozenset[str] = frozenset()
        self._surroundings: dict[str, Surroundings] = {}

    async def unknown(self, python: str, before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
        """A sentence for each name, member or module that the texts in ``after`` invent; ``python`` is asked."""
        found: list[str] = []
        for path, text in after.items():
            old = before.get(path, "")
            if text == old or text.count("\n") > LINE_LIMIT:
                continue
            if await asyncio.to_thread(self._in_order, path, text) is True:
                continue
            with suppress(*_UNREADABLE):
                project = await self._asked_around(python, path, text, after)
                found += await asyncio.to_thread(unknown_names, old, text, modules=self._facts, project=project)
            await self.read(python, {path: old})
        return tuple(found)

    async def members(self, python: str, module: str) -> frozenset[str]:
        """The members of a module that the interpreter has; empty where it has none, or they are made at run time."""
        await self._ask(python, frozenset({module}))
        return self._facts.members.get(module) or frozenset()

    async def read(self, python: str, texts: Mapping[str, str]) -> None:
        """Read texts as they are before an edit, so that one inside a function is soon looked through."""
        for path, text in texts.items():
            if text.count("\n") > LINE_LIMIT or await asyncio.to_thread(self._in_order, path, text) is not None:
                continue
            with suppress(*_UNREADABLE):
                project = await self._asked_around(python, path, text, texts)
                self._surroundings[path] = await asyncio.to_thread(Surroundings.of, text, self._facts, project)

    async def keep_to(self, python: str, texts: Mapping[str, str]) -> None:
        """Read all that is open, and forget what was read of the rest, as it was closed."""
        self._surroundings = {path: each for path, each in self._surroundings.items() if path in texts}
        await self.read(python, texts)

    async def _asked_around(self, python: str, path: str, text: str, texts: Mapping[str, str]) -> ProjectNames:
        """The project around a file, once the interpreter was asked about all that the file imports."""
        project = await asyncio.to_thread(self._project, path, text, texts)
        await self._ask(python, wanted_modules(text, project) - frozenset(project.modules))
        return project

    def _in_order(self, path: str, text: str) -> bool | None:
        """Whether an edit inside functions is certainly in order; None where it is not inside functions."""
        around = self._surroundings.get(path)
        try:
            return around.in_order(text) if around is not None else None
        except _UNREADABLE:
            return None

    async def _ask(self, python: str, names: frozenset[str]) -> None:
        """Ask the interpreter about modules it was not asked about yet; without an answer they stay unknown.

        What it did not have is asked for again once something was installed.
        """
        installed = await asyncio.to_thread(lambda: written(site_packages(python)))
        if installed != self._installed:
            self._installed = installed
            self._asked -= self._facts.absent
        new = sorted(names - self._asked)
        if not new:
            return
        self._asked.update(new)
        command = (python, "-I", "-c", _ASK.format(agent=_AGENT))
        pipe = asyncio.subprocess.PIPE
        try:
            process = await asyncio.create_subprocess_exec(
                *command, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL, cwd="/"
            )
        except OSError:  # it is gone, or there are too many processes: it may be asked again
            self._asked.difference_update(new)
            return
        try:
            async with asyncio.timeout(ASK_SECONDS):
                said, _ = await process.communicate(json.dumps(new).encode())
            self._facts |= ModuleFacts.of(json.loads(said))
        except (TimeoutError, ValueError, TypeError):
            return
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()

    def _project(self, path: str, text: str, texts: Mapping[str, str]) -> ProjectNames:
        """What the project says around one of its files."""
        if self._files is None:
            self._files = tuple(islice(python_files(self._folder), FILE_LIMIT))
            self._attributes = frozenset(_bound(self._files))
            self._parts = frozenset(part for file in self._files for part in _parts(file))
        module = ".".join(PurePath(path).relative_to(self._folder).with_suffix("").parts).removeprefix("src.")
        here = ProjectNames(module=module.removesuffix(".__init__"), is_package=path.endswith("__init__.py"))
        new = self._new_names(path, texts)
        wanted = ((name, name.partition(".")[0]) for name in wanted_modules(text, here))
        ours = [name for name, first in wanted if first in self._parts or first in new]
        modules = {name: self._names_of(name, path, texts) for name in ours}
        return ProjectNames(
            modules=modules, module=here.module, is_package=here.is_package, attributes=self._attributes
        )

    def _new_names(self, path: str, texts: Mapping[str, str]) -> frozenset[str]:
        """The names by which a module of the project may be new: of open files, and of what stands near a file now."""
        near = {Path(self._folder), Path(self._folder, "src"), Path(path).parent}
        stand = (each.name.removesuffix(".py") for folder in near if folder.is_dir() for each in folder.iterdir())
        return frozenset(stand).union(*map(_parts, texts))

    def _names_of(self, module: str, path: str, texts: Mapping[str, str]) -> frozenset[str] | None:
        """The top-level names of a module of the project; None where its file is not certain."""
        tail = module.replace(".", os.sep)
        endings = (f"{os.sep}{tail}.py", f"{os.sep}{tail}{os.sep}__init__.py")
        places = [file for file in self._files or () if file.endswith(endings) and file != path]
        if len(places) != 1 or places[0].endswith("__init__.py"):
            return None  # a package's members are its modules, too
        source = texts.get(places[0]) or read_source(places[0])
        return module_names(source) if source is not None else None


def _parts(file: str) -> tuple[str, ...]:
    """The names of a file, without its ending, and of the folders around it."""
    return PurePath(file).with_suffix("").parts


def _bound(files: tuple[str, ...]) -> Iterator[str]:
    """The attributes that files bind on any object, read without parsing them."""
    for file in files:
        for match in _ATTRIBUTE.finditer(read_source(file) or ""):
            if match[1]:
                yield match[1]
