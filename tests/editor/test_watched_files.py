"""What changes on the disk."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from winnow.editor import rehearsal, watched_files
from winnow.editor.file_names import FileNames
from winnow.uris import path_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    import pytest

    from winnow.editor.server import WinnowServer


async def test_a_checkout_rehearses_a_folder_once_and_reads_every_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    scheduled: list[str] = []

    async def refresh(paths: Collection[str]) -> None:
        read.extend(paths)

    folders = [SimpleNamespace(path=str(tmp_path / name)) for name in ("one", "two")]
    session = SimpleNamespace(
        folder_of=lambda uri: next((each for each in folders if path_of(uri).startswith(each.path)), None),
        index=SimpleNamespace(refresh=refresh),
    )
    monkeypatch.setattr(rehearsal, "schedule", lambda _server, uri: scheduled.append(uri))
    server = cast("WinnowServer", SimpleNamespace(session=session, names=FileNames()))
    files = [tmp_path / name / f"file_{number}.py" for name in ("one", "two", "none") for number in range(50)]
    await watched_files.take_in(server, [file.as_uri() for file in files])
    assert sorted(read) == sorted(map(str, files))
    assert [path_of(uri).removeprefix(str(tmp_path))[:4] for uri in scheduled] == ["/one", "/two"]
