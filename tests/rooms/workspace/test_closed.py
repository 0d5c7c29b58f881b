"""Closed files are read from the disk, again when they change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winnow.workspace import Index, closed_texts

if TYPE_CHECKING:
    from pathlib import Path


def test_a_closed_file_is_read_again_when_it_changes_and_what_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    good, binary, gone = tmp_path / "good.py", tmp_path / "binary.py", tmp_path / "gone.py"
    good.write_text("x = 1\n")
    binary.write_bytes(b"\xff\xfe\x00")
    assert closed_texts([str(good), str(binary), str(gone), str(tmp_path)]) == {str(good): "x = 1\n"}
    good.write_text("x = 12\n")
    assert closed_texts([str(good)]) == {str(good): "x = 12\n"}


async def test_the_files_of_a_folder_stand_beside_each_other(tmp_path: Path) -> None:
    for name in ("shop/a.py", "shop/b.py", "shop/deep/c.py", "d.py"):
        file = tmp_path / "project" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x = 1\n")
    index = Index(tmp_path / "cache")
    await index.build([str(tmp_path / "project")], lambda _done, _total: None)
    shop = tmp_path / "project" / "shop"
    assert index.beside(str(shop / "a.py")) == (str(shop / "b.py"),)
