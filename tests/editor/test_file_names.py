"""A file has many names: editors escape them, and symbolic links lead to it. Inside it has one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.editor.conftest import PRICES, TEST

from winnow.editor.file_names import FileNames

if TYPE_CHECKING:
    from tests.editor.conftest import Starter

BROKEN = "# Twice as much.\n" + PRICES.replace("2", "3")


@pytest.fixture(params=["work (old) & more", "a link"])
def project(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A folder whose name is escaped by some, or a link to one whose name is not."""
    linked = request.param == "a link"
    folder = tmp_path / ("project" if linked else str(request.param))
    folder.mkdir()
    (folder / "prices.py").write_text(PRICES)
    (folder / "test_prices.py").write_text(TEST)
    if linked:
        (tmp_path / "link").symlink_to(folder)
        return tmp_path / "link"
    return folder


async def test_a_failure_is_shown_and_mended_in_the_file_that_the_editor_opened(serve: Starter, project: Path) -> None:
    path, test = project / "prices.py", project / "test_prices.py"
    async with serve(trusted=True) as editor:
        editor.open(path)
        editor.open(test)
        await editor.until(lambda: editor.last("winnow/tests"), "The first run of the tests")
        editor.edit(path, 0, len(PRICES), BROKEN)
        await editor.until(lambda: editor.last("winnow/fix"), "A proven fix")
        await editor.until(lambda: editor.diagnostics.get(test.as_uri()), "A diagnostic")
        assert set(editor.diagnostics) <= {path.as_uri(), test.as_uri()}
        assert {row["path"] for row in editor.last("winnow/tests")["tests"]} == {str(test)}
        said = await editor.execute("winnow.explain", editor.last("winnow/fix")["test"])
        assert f"  {test}:5 in test_double" in said["text"]
        fixes = await editor.quick_fixes(test, editor.diagnostics[test.as_uri()][0])
        await editor.apply(fixes[0])
        assert editor.texts[path] == BROKEN.replace("3", "2")


async def test_a_closed_file_is_mended_where_the_workspace_has_it(serve: Starter, project: Path) -> None:
    path, test = project / "prices.py", project / "test_prices.py"
    async with serve(trusted=True) as editor:
        editor.open(test)
        await editor.until(lambda: editor.last("winnow/tests"), "The first run of the tests")
        path.write_text(BROKEN)
        changes = [{"uri": path.as_uri(), "type": 2}]
        editor.notify("workspace/didChangeWatchedFiles", {"changes": changes})
        await editor.until(lambda: editor.last("winnow/fix"), "A proven fix")
        await editor.until(lambda: editor.diagnostics.get(test.as_uri()), "A diagnostic")
        await editor.apply((await editor.quick_fixes(test, editor.diagnostics[test.as_uri()][0]))[0])
        assert editor.texts[path] == BROKEN.replace("3", "2")


async def test_a_pause_is_that_of_the_folder_as_the_editor_spells_it(serve: Starter, project: Path) -> None:
    path = project / "prices.py"
    async with serve("price * 2", pausedFolders=[str(project)]) as editor:
        editor.open(path)
        assert await editor.ghost_text(path, PRICES.index("price * 2")) == []
        assert editor.last("winnow/decision")["reason"] == "paused"
        assert (await editor.execute("winnow.state"))["pausedFolders"] == [str(project)]


def test_a_link_leads_to_the_file_and_a_secret_keeps_its_name(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.mkdir()
    (real / "shop.py").touch()
    (real / "settings").touch()
    (real / ".env").symlink_to(real / "settings")
    (real / "alias.py").symlink_to(real / "shop.py")
    (tmp_path / "link").symlink_to(real)
    names = FileNames()
    names.enter([(tmp_path / "link").as_uri() + "/"])
    assert names.roots == (str(real),)
    assert names.inside((tmp_path / "link" / "alias.py").as_uri()) == (real / "shop.py").as_uri()
    assert names.inside((tmp_path / "link" / ".env").as_uri()) == (real / ".env").as_uri()
    assert names.outside((real / "shop.py").as_uri()) == (tmp_path / "link" / "shop.py").as_uri()
    assert names.inside("untitled:shop.py") == "untitled:shop.py"


def test_a_document_keeps_its_name_while_it_is_open(tmp_path: Path) -> None:
    names = FileNames()
    names.enter([tmp_path.as_uri()])
    here, alias = (tmp_path / "a.py").as_uri(), (tmp_path / "b.py").as_uri()
    Path(tmp_path, "a.py").touch()
    Path(tmp_path, "b.py").symlink_to(tmp_path / "a.py")
    assert names.opened(alias) == here
    assert names.outside(here) == alias
    again = names.opened(here)
    assert again != names.inside(alias)
    assert names.outside(again) == here
    assert (names.closed(alias), names.closed(here)) == (here, again)
    assert names.outside(here) == here


def test_of_several_names_of_one_file_the_next_takes_over_once_the_first_is_closed(tmp_path: Path) -> None:
    names = FileNames()
    names.enter([tmp_path.as_uri()])
    first = (tmp_path / "a.py").as_uri()
    spellings = [first, first.replace("a.py", "%61.py"), first.replace("a.py", "a%2Epy")]
    inside = [names.opened(each) for each in spellings]
    assert len(set(inside)) == len(spellings)
    assert names.succeed(inside[0]) is None
    assert names.succeed(names.closed(spellings[0])) == inside[1]
    assert (names.inside(spellings[1]), names.outside(first)) == (first, spellings[1])
    assert names.closed(spellings[1]) == first
    assert names.succeed(first) == inside[2]
    assert names.succeed(names.closed(spellings[2])) is None


async def test_a_file_opened_by_two_names_shows_its_failure_in_the_one_that_stays_open(
    serve: Starter, project: Path
) -> None:
    path, test = project / "prices.py", project / "test_prices.py"
    again = test.as_uri().replace("test_prices", "%74est_prices")
    async with serve(trusted=True) as editor:
        editor.open(path)
        editor.open(test)
        item = {"uri": again, "languageId": "python", "version": 1, "text": TEST}
        editor.notify("textDocument/didOpen", {"textDocument": item})
        await editor.until(lambda: editor.last("winnow/tests"), "The first run of the tests")
        editor.notify("textDocument/didClose", {"textDocument": {"uri": test.as_uri()}})
        editor.edit(path, 0, len(PRICES), BROKEN)
        await editor.until(lambda: editor.diagnostics.get(again), "A diagnostic")
