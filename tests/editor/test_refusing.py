"""An editor that refuses what the server asks of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.editor.test_conversation import state_of
from tests.editor.test_failure import NEAR, TEST_NEAR, logged
from tests.lsp.capabilities import CAPABILITIES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.editor.conftest import Starter


async def test_files_are_watched_where_the_editor_says_that_it_would_and_refuses(serve: Starter, project: Path) -> None:
    workspace = {**CAPABILITIES["workspace"], "didChangeWatchedFiles": {"dynamicRegistration": True}}
    async with serve(trusted=True, capabilities={**CAPABILITIES, "workspace": workspace}) as editor:
        editor.unable = frozenset({"client/registerCapability"})
        editor.open(project / "test_prices.py")
        await editor.until(lambda: state_of(editor, "test_double") == "passed", "The test passing")
        (project / "prices.py").write_text("def double(price):\n    return price\n")
        await editor.until(lambda: state_of(editor, "test_double") == "failed", "What another program broke failing")


@pytest.mark.parametrize(
    ("unable", "says"),
    [
        ("window/showMessageRequest", "write the answer as a test, and its fix is offered."),
        ("workspace/applyEdit", "it takes no edits from a server. Make it by hand: "),
    ],
)
async def test_an_editor_that_cannot_ask_or_apply_is_told_what_to_do_instead(
    serve: Starter, project: Path, unable: str, says: str
) -> None:
    near, tests = project / "near.py", project / "test_near.py"
    near.write_text(NEAR)
    tests.write_text(TEST_NEAR)
    async with serve(trusted=True) as editor:
        editor.unable = frozenset({unable})
        editor.open(near)
        await editor.until(lambda: logged(editor, "should near("), "A question")
        editor.choose = lambda asked: asked["actions"][0]
        said = await editor.execute("winnow.ask", editor.name("test_near.py::test_three"))
        assert says in said["text"]
        assert editor.texts[near] == NEAR
