"""A project and a server on it, for tests that speak the protocol."""

from __future__ import annotations

import json
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from tests.lsp.capabilities import CAPABILITIES
from tests.lsp.editor import Editor

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    Starter = Callable[..., AbstractAsyncContextManager[Editor]]

PRICES = "def double(price):\n    return price * 2\n"
TEST = """\
from prices import double


def test_double():
    assert double(3) == 6


def test_zero():
    assert double(0) == 0
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = (tmp_path / "project").resolve()
    folder.mkdir()
    (folder / "prices.py").write_text(PRICES)
    (folder / "test_prices.py").write_text(TEST)
    return folder


@pytest.fixture
def serve(project: Path, tmp_path: Path) -> Starter:
    @asynccontextmanager
    async def start(
        *answers: str,
        capabilities: dict[str, Any] = CAPABILITIES,
        environment: dict[str, str] | None = None,
        **settings: Any,
    ) -> AsyncIterator[Editor]:
        file = tmp_path / "answers.jsonl"
        file.write_text(json.dumps({"kind": "complete", "answers": list(answers) or ["price * 2"]}) + "\n")
        usual = {
            "provider": "replay",
            "replay.file": str(file),
            "tests.interpreter": sys.executable,
            "eagerness": "eager",
        }
        editor = await Editor.start(
            project,
            {**usual, **settings},
            environment={"WINNOW_STATE": str(tmp_path / "state"), **(environment or {})},
            capabilities=capabilities,
        )
        try:
            yield editor
        finally:
            await editor.kill()

    return start
