"""What a hot process has loaded, and how the texts of the editor differ from that."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from winnow.proof.agent.source_lines import read_source
from winnow.text import well_formed

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from winnow.proof.connection import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Heat:
    """A hot process, and what it has loaded; where a fork is ``unsafe``, for the reason given, it has ended."""

    connection: Connection
    texts: Mapping[str, str]
    tests: tuple[str, ...]
    broken: Mapping[str, str]
    options: tuple[str, ...]
    unsafe: str
    imported: tuple[tuple[str, int], ...]
    """The functions (path, line from 1) that ran while the tests were collected."""
    modules: tuple[str, ...]
    plugins: tuple[str, ...]
    """What it has imported from outside the project, and which modules only pytest itself may import."""
    edges: Mapping[str, Collection[str]]
    """Which file imports which, where the process has ended and cannot be asked."""


def heat_of(connection: Connection, texts: Mapping[str, str], standing: Mapping[str, Any]) -> Heat:
    """What a process that collected the tests with these texts told."""
    options = [f"--rootdir={standing['rootdir']}"]
    if standing["inifile"]:
        options += ["-c", standing["inifile"]]
    return Heat(
        connection=connection,
        texts=MappingProxyType(dict(texts)),
        tests=tuple(standing["tests"]),
        broken=MappingProxyType({file: well_formed(why) for file, why in standing["broken"].items()}),
        options=tuple(options),
        unsafe=standing["unsafe"],
        imported=tuple((path, line) for path, line in standing["imported"]),
        modules=tuple(standing["modules"]),
        plugins=tuple(standing["plugins"]),
        edges=MappingProxyType(standing["edges"]),
    )


def differing(heat: Heat, texts: Mapping[str, str]) -> dict[str, str]:
    """The texts that are not what the hot process has loaded; reads what was closed since."""
    wanted = {path: text for path, text in texts.items() if heat.texts.get(path) != text}
    closed = [path for path in heat.texts if path not in texts]
    for path in closed:
        on_disk = read_source(path)
        if on_disk is not None and on_disk != heat.texts[path]:
            wanted[path] = on_disk
    return {path: text for path, text in wanted.items() if path in heat.texts or read_source(path) != text}
