"""What changes on the disk."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from winnow import opening
from winnow.editor import rehearsal, watched_files
from winnow.editor.file_names import FileNames
from winnow.facts import Document
from winnow.settings import Settings
from winnow.text import Text
from winnow.uris import path_of, uri_of
from winnow.workspace import Ignored, Workspace

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from winnow.editor.server import WinnowServer
    from winnow.session import Session


class Disk:
    """A session around two folders that notes what is read anew, by the index and by the embedded engine."""

    def __init__(self, root: Path) -> None:
        self.indexed: list[str] = []
        self.read: list[str] = []
        self.forgotten: list[str] = []
        self.taught: list[str] = []
        self.settings = Settings()
        self.workspace = Workspace()
        self.embedded: Any = SimpleNamespace(put=self._put, forget=self._forget, learn=None)
        self.index: Any = SimpleNamespace(
            forget_folder=lambda _: None,
            refresh=self._refresh,
            relist=self._relist,
            takes=self._takes,
            files=lambda: tuple(map(str, sorted(root.rglob("*.py")))),
        )
        prover = SimpleNamespace(reads=str(root / "one" / "rates.json").__eq__)
        self._folders = [SimpleNamespace(path=str(root / name), prover=prover) for name in ("one", "two")]

        self.ignored = Ignored()
        self.opening = asyncio.Lock()
        self.folders = ()

    def folder_of(self, uri: str) -> Any:
        return next((each for each in self._folders if path_of(uri).startswith(each.path)), None)

    def start(self, _name: str, _work: object, files: tuple[str, ...]) -> None:
        self.taught.extend(files)

    async def _refresh(self, paths: Collection[str]) -> None:
        self.indexed.extend(paths)

    async def _relist(self) -> frozenset[str]:
        return frozenset({"/gone.py"})

    async def _takes(self, path: str) -> bool:
        return "private" not in path

    async def _put(self, path: str, _text: str) -> None:
        self.read.append(path)

    async def _forget(self, path: str) -> None:
        self.forgotten.append(path)


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path)


@pytest.fixture
def server(disk: Disk) -> WinnowServer:
    return cast("WinnowServer", SimpleNamespace(session=disk, names=FileNames()))


@pytest.fixture
def scheduled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    monkeypatch.setattr(rehearsal, "schedule", lambda _server, uri: found.append(uri))
    return found


async def test_a_checkout_rehearses_a_folder_once_and_reads_every_file(
    tmp_path: Path, server: WinnowServer, disk: Disk, scheduled: list[str]
) -> None:
    files = [tmp_path / name / f"file_{number}.py" for name in ("one", "two", "none") for number in range(50)]
    for file in files:
        file.parent.mkdir(exist_ok=True)
        file.touch()
    await watched_files.take_in(server, [file.as_uri() for file in files])
    assert sorted(disk.indexed) == sorted(map(str, files))
    assert [path_of(uri).removeprefix(str(tmp_path))[:4] for uri in scheduled] == ["/one", "/two"]
    assert sorted(disk.taught) == sorted(map(str, files))


async def test_a_file_of_data_counts_where_a_test_reads_it(
    tmp_path: Path, server: WinnowServer, disk: Disk, scheduled: list[str]
) -> None:
    assert any("json" in pattern for pattern in watched_files.PATTERNS)
    read, unread, elsewhere = (tmp_path / name for name in ("one/rates.json", "one/log.txt", "two/rates.json"))
    await watched_files.take_in(server, [file.as_uri() for file in (read, unread, elsewhere)])
    assert [path_of(uri) for uri in scheduled] == [str(read)]
    assert not disk.indexed


@pytest.mark.usefixtures("scheduled")
async def test_the_embedded_engine_follows_a_file_that_changes_and_forgets_one_that_is_gone(
    tmp_path: Path, server: WinnowServer, disk: Disk
) -> None:
    changed, gone, opened = (tmp_path / f"{name}.py" for name in ("changed", "gone", "opened"))
    changed.write_text("x = 1\n")
    opened.write_text("y = 1\n")
    text = Text.of("y = 2\n")
    disk.workspace.put(Document(uri=uri_of(str(opened)), language="python", version=1, text=text))
    await watched_files.take_in(server, [file.as_uri() for file in (changed, gone, opened)])
    assert disk.read == [str(changed)]
    assert disk.forgotten == [str(gone)]
    assert not disk.taught


async def test_a_folder_that_is_left_is_no_longer_what_the_embedded_engine_completes_from(
    tmp_path: Path, disk: Disk
) -> None:
    (tmp_path / "stays.py").write_text("x = 1\n")
    await opening.leave_folders(cast("Session", disk), [str(tmp_path / "one")])
    assert disk.taught == [str(tmp_path / "stays.py")]


@pytest.mark.parametrize("name", [".gitignore", ".winnowignore"])
async def test_what_is_ignored_from_now_on_is_forgotten(name: str, tmp_path: Path, server: WinnowServer) -> None:
    disk = cast("Disk", server.session)
    own = tmp_path / "own.py"
    own.touch()
    assert not await disk.ignored.among([str(own)], [str(tmp_path)])
    (tmp_path / name).write_text("own.py\n")
    await watched_files.take_in(server, [uri_of(str(tmp_path / name))])
    assert await disk.ignored.among([str(own)], [str(tmp_path)]) == {str(own)}
    assert disk.forgotten == ["/gone.py"]
    assert disk.taught == [str(own)]


@pytest.mark.parametrize(("name", "read"), [("own.py", ["/p/own.py"]), ("private.py", [])])
async def test_a_file_that_is_saved_is_read_if_it_is_one_of_the_project_s(
    name: str, read: list[str], disk: Disk
) -> None:
    saved = Document(uri=uri_of(f"/p/{name}"), language="python", version=1, text=Text.of("x = 1\n"))
    await opening.read_saved(cast("Session", disk), saved)
    assert disk.read == read
