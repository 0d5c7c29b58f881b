"""A small real project, and each Neovim that Winnow promises to work in, open on it."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest
from tests.editors import installation
from tests.editors.neovim import WIDTH, Neovim

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PRICES = "def double(price):\n    return price * 2\n\n\n"
TEST = """\
from prices import double


def test_double():
    assert double(3) == 6


def test_zero():
    assert double(0) == 0


def test_ten():
    assert double(10) == 20
"""
TRIPLE = "price * 3"
"""What the recorded model answers: the end of ``def triple(price): return ``."""

INIT = """
vim.opt.rtp:append({plugin})
vim.o.statusline = "%f %{{%v:lua.require'winnow'.statusline()%}}"
vim.o.signcolumn = 'yes'
vim.diagnostic.config({{ virtual_text = true }})
vim.lsp.config('winnow', {{
  cmd = {{ {python}, '-m', 'winnow', 'serve' }},
  settings = {{ winnow = vim.json.decode({settings}) }},
}})
vim.lsp.enable('winnow')
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = (tmp_path / "project").resolve()
    folder.mkdir()
    (folder / "pyproject.toml").write_text("[tool.pytest.ini_options]\npythonpath = ['.']\n")
    (folder / "prices.py").write_text(PRICES)
    (folder / "test_prices.py").write_text(TEST)
    return folder


@pytest.fixture(params=["0.11", "0.12"])
def program(request: pytest.FixtureRequest) -> Path:
    return installation.neovim(request.param)


@pytest.fixture
def edit(program: Path, project: Path, tmp_path: Path) -> Iterator[Callable[..., Neovim]]:
    """Open a file of the project in Neovim, with the server of this checkout and a recorded model."""
    opened: list[Neovim] = []

    def start(name: str, width: int = WIDTH, **settings: Any) -> Neovim:
        answers = tmp_path / "answers.jsonl"
        answers.write_text(json.dumps({"kind": "complete", "answers": [TRIPLE]}) + "\n")
        given = {
            "trusted": True,
            "eagerness": "eager",
            "provider": "replay",
            "replay.file": str(answers),
            "tests.interpreter": sys.executable,
            "repair.putBack": False,  # a second fix of all that is broken here, which comes before or after the other
            **settings,
        }
        init = tmp_path / "init.lua"
        words = {"plugin": installation.ROOT / "client-nvim", "python": sys.executable, "settings": json.dumps(given)}
        init.write_text(INIT.format(**{name: f"[==[{word}]==]" for name, word in words.items()}))
        environment = {
            "WINNOW_STATE": str(tmp_path / "state"),
            "XDG_STATE_HOME": str(tmp_path / "nvim"),
            "XDG_CONFIG_HOME": str(tmp_path / "nvim"),
            "XDG_DATA_HOME": str(tmp_path / "nvim"),
        }
        arguments = ["--clean", "-u", str(init), name]
        opened.append(Neovim(program, arguments, folder=project, environment=environment, width=width))
        return opened[-1]

    yield start
    for neovim in opened:
        neovim.close()
