"""Closed files are read from the disk, again when they change."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from winnow.facts import Candidate, Edit, Origin, Snapshot
from winnow.workspace import Index, closed_document, closed_texts, files_stand, refit

if TYPE_CHECKING:
    from pathlib import Path


def test_a_closed_file_is_read_again_when_it_changes_and_what_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    good, binary, gone = tmp_path / "good.py", tmp_path / "binary.py", tmp_path / "gone.py"
    good.write_text("x = 1\n")
    binary.write_bytes(b"\xff\xfe\x00")
    assert closed_texts([str(good), str(binary), str(gone), str(tmp_path)]) == {str(good): "x = 1\n"}
    good.write_bytes(b"\xef\xbb\xbfx = 12\r\n")
    assert closed_texts([str(good)]) == {str(good): "x = 12\r\n"}


def test_a_closed_file_that_is_not_utf_8_is_no_document_as_an_edit_would_change_more_of_it(tmp_path: Path) -> None:
    file = tmp_path / "shop.py"
    file.write_bytes(b"# coding: latin-1\nNAME = 'caf\xe9'\n")
    with pytest.raises(UnicodeDecodeError):
        closed_document(str(file), "python")


def test_a_fix_of_a_closed_file_stands_until_that_changes_or_is_gone(tmp_path: Path) -> None:
    file = tmp_path / "shop.py"
    file.write_bytes(b"\xef\xbb\xbfx = 1\r\n")
    document = closed_document(str(file), "python")
    assert str(document.text) == "x = 1\r\n"
    fix = Candidate(
        id="1",
        edits=(Edit(uri=document.uri, start=4, end=5, text="2"),),
        versions={document.uri: 0},
        origin=Origin(provider="test", model="none"),
    )
    then, now = Snapshot(revision=1, documents={document.uri: document}), Snapshot(revision=2)
    assert refit(fix, then, now) == fix
    assert files_stand(fix, then, now)
    file.write_text("\n\nx = 1\n")
    assert not files_stand(fix, then, now)
    file.unlink()
    assert not files_stand(fix, then, now)


async def test_the_files_of_a_folder_stand_beside_each_other(tmp_path: Path) -> None:
    for name in ("shop/a.py", "shop/b.py", "shop/deep/c.py", "d.py"):
        file = tmp_path / "project" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x = 1\n")
    index = Index(tmp_path / "cache")
    await index.build([str(tmp_path / "project")], lambda _done, _total: None)
    shop = tmp_path / "project" / "shop"
    assert index.beside(str(shop / "a.py")) == (str(shop / "b.py"),)


names = st.sampled_from(["alpha", "beta", "gamma"])
texts = st.lists(names, max_size=4).map(lambda found: "".join(f"def {name}():\n    pass\n\n\n" for name in found))
states = st.dictionaries(st.sampled_from(["a.py", "deep/b.py", "deep/c.py"]), texts, max_size=3)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=states, after=states)
def test_the_index_finds_what_the_files_define_however_they_change(
    before: dict[str, str], after: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("changing")
    asyncio.run(_indexed(folder / "project", Index(folder / "cache"), before, after))


async def _indexed(project: Path, index: Index, before: dict[str, str], after: dict[str, str]) -> None:
    (project / "deep").mkdir(parents=True)
    for state in (before, after):
        for name in ("a.py", "deep/b.py", "deep/c.py"):
            (project / name).unlink(missing_ok=True)
            if name in state:
                (project / name).write_text(state[name])
        if state is before:
            await index.build([str(project)], lambda _done, _total: None)
        else:
            await index.refresh([str(project / name) for name in ("a.py", "deep/b.py", "deep/c.py")])
        for wanted in ("alpha", "beta", "gamma"):
            places = [symbol.path for symbol in index.find(wanted)]
            assert places == [str(project / name) for name in sorted(state) for _ in range(_count(state[name], wanted))]
            assert index.find(wanted, most=1) == (index.find(wanted) if len(set(places)) <= 1 else ())


def _count(text: str, name: str) -> int:
    return text.count(f"def {name}(")
