"""What Neovim tells of silence, and of a fix that comes too late."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.editors.test_neovim import break_double

if TYPE_CHECKING:
    from pathlib import Path

    from tests.editors.test_neovim import Edit


@pytest.mark.parametrize("where", ["pausedLanguages", "pausedFolders"])
def test_a_pause_of_some_files_is_seen_in_them_and_named_when_another_ends(
    edit: Edit, project: Path, where: str
) -> None:
    neovim = edit("prices.py", **{where: ["python" if where == "pausedLanguages" else str(project)]})
    neovim.see("prices.py winnow answers.jsonl paused")
    neovim.command("Winnow resume")
    neovim.see(f"Awake, but for winnow.{where}")
    neovim.command("edit pyproject.toml" if where == "pausedLanguages" else "edit ../elsewhere.py")
    neovim.wait_for(lambda: "answers.jsonl paused" not in neovim.screen, "another file, which is not paused")


def test_why_there_is_silence_stands_beside_how_the_tests_stand(edit: Edit) -> None:
    neovim = edit("prices.py", **{"gate.costRatio": 1000.0, "gate.sample": 0.0})
    neovim.see("✓ 3 tests")
    neovim.type("Gidef triple(price):<CR>    return ")
    neovim.see("✓ 3 tests · A suggestion here would hardly be taken.")


def test_a_fix_that_fits_no_longer_says_so_once_it_is_chosen(edit: Edit) -> None:
    neovim = edit("prices.py")
    neovim.see("✓ 3 tests")
    break_double(neovim)
    neovim.command("Winnow fix")
    neovim.see("apply")
    neovim.lua("vim.api.nvim_buf_set_lines(vim.fn.bufnr('prices.py'), 0, -1, true, { 'def double(price): return 1' })")
    neovim.type("<CR>")
    neovim.see("ask for the fixes here again")
