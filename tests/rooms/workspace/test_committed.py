"""What git has of a file is read as text, whatever its name and wherever in the repository its folder lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.committing import commit

from winnow.workspace import committed_texts

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("folder", [".", "packages/shop"])
def test_what_was_committed_is_told_although_the_files_have_changed(tmp_path: Path, folder: str) -> None:
    here = tmp_path / folder
    here.mkdir(parents=True, exist_ok=True)
    texts = {"shop.py": "price = 1\r\n", "two words.py": "a = 'é'\n", "in/deep.py": "\n", "gone.py": "x = 1\n"}
    for name, text in texts.items():
        (here / name).parent.mkdir(exist_ok=True)
        (here / name).write_bytes(text.encode())
    (here / "latin.py").write_bytes(b"a = '\xe9'\n")
    (here / "empty.py").touch()
    commit(here)
    for name in texts:
        (here / name).write_text("changed = True\n")
    (here / "gone.py").unlink()
    (here / "new.py").write_text("new = True\n")
    asked = ["new.py", *texts, "latin.py", "empty.py", "in", "line\nend.py", "last missing"]
    found = committed_texts(str(here), [str(here / name) for name in asked] + ["/elsewhere/x.py"])
    assert found == {str(here / name): text for name, text in texts.items()}


def test_where_nothing_is_committed_nothing_is_told(tmp_path: Path) -> None:
    file = tmp_path / "shop.py"
    file.write_text("price = 1\n")
    assert committed_texts(str(tmp_path), [str(file)]) == {}
    assert committed_texts(str(tmp_path / "gone"), [str(tmp_path / "gone" / "shop.py")]) == {}
    assert committed_texts(str(tmp_path), []) == {}
