"""Real Neovim, looked at as a person would: on its screen."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from tests.editors import installation

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.editors.neovim import Neovim

    Edit = Callable[..., Neovim]

GHOST = "price * 3"
SHOWN_BY_ITSELF = """
local own = vim.api.nvim_get_namespaces()['nvim.lsp.inline_completion']
return not vim.lsp.inline_completion or #vim.api.nvim_buf_get_extmarks(0, own, 0, -1, {}) > 0
"""
FAILURE = "test_double: assert 5 == 6"


def ask_for_triple(neovim: Neovim) -> None:
    """Type until the ghost text stands behind the cursor."""
    neovim.see("prices.py winnow")
    neovim.type("Gidef triple(price):<CR>    return ")
    neovim.see(f"return {GHOST}")
    assert neovim.text.endswith("return ")


def diagnostics(neovim: Neovim) -> int:
    return int(neovim.lua("return #vim.diagnostic.get()"))


def test_ghost_text_is_seen_typed_through_and_accepted_with_tab(edit: Edit) -> None:
    neovim = edit("prices.py")
    ask_for_triple(neovim)
    neovim.type("pri")
    neovim.wait_for(lambda: neovim.text.endswith("return pri"), "what was typed")
    neovim.see(f"return {GHOST}")
    neovim.type("<Tab>")
    neovim.wait_for(lambda: neovim.text.endswith(f"return {GHOST}"), "the suggestion in the text")
    neovim.type(" + 1")
    neovim.wait_for(lambda: neovim.text.endswith(f"{GHOST} + 1"), "the cursor behind what was accepted")


def test_a_word_is_accepted_and_the_rest_stays_in_sight(edit: Edit) -> None:
    neovim = edit("prices.py")
    ask_for_triple(neovim)
    neovim.type("<M-Right>")
    neovim.wait_for(lambda: neovim.text.endswith("return price"), "one word in the text")
    neovim.see(f"return {GHOST}")
    neovim.type("<M-Down>")
    neovim.wait_for(lambda: neovim.text.endswith(f"return {GHOST}"), "the line in the text")


def test_what_is_left_is_taken_however_quickly_the_next_key_comes(edit: Edit) -> None:
    neovim = edit("prices.py")
    ask_for_triple(neovim)
    neovim.type("<M-Right><M-Right>")
    neovim.wait_for(lambda: neovim.text.endswith("return price *"), "two words in the text")
    neovim.wait_for(lambda: neovim.lua(SHOWN_BY_ITSELF), "what Neovim 0.12 asks for by itself")
    neovim.wait_for(lambda: f"return {GHOST}" in map(str.strip, neovim.screen.split("\n")), "it once, and no more")
    neovim.type("<M-Down>")
    neovim.wait_for(lambda: neovim.text.endswith(f"return {GHOST}"), "the line in the text")


def test_a_dismissed_suggestion_goes(edit: Edit) -> None:
    neovim = edit("prices.py")
    ask_for_triple(neovim)
    neovim.type("<C-]>")
    neovim.wait_for(lambda: GHOST not in neovim.screen, "no ghost text")
    assert neovim.text.endswith("return ")


def test_without_ghost_text_tab_does_what_it_did(edit: Edit) -> None:
    neovim = edit("prices.py")
    neovim.see("prices.py winnow")
    neovim.lua("vim.keymap.set('i', '<Tab>', 'my own')")
    neovim.type("Gi# <Tab>!")
    neovim.wait_for(lambda: neovim.text.endswith("# my own!"), "the mapping of the person")


def test_a_broken_edit_turns_a_test_red_and_its_fix_turns_it_green(edit: Edit) -> None:
    neovim = edit("prices.py", provider="embedded")
    neovim.see("✓ 3 tests")
    neovim.command("split test_prices.py")
    neovim.lua("vim.api.nvim_buf_set_lines(vim.fn.bufnr('prices.py'), 1, 2, true, { '    return price + 2' })")
    neovim.see(FAILURE)
    neovim.command("5")
    neovim.wait_for(lambda: "Fix: " in offered(neovim), "a fix that was proven")
    neovim.lua(
        "vim.lsp.buf.code_action({ apply = true, filter = function(a) return vim.startswith(a.title, 'Fix') end })"
    )
    neovim.wait_for(lambda: not diagnostics(neovim), "no diagnostic once the test is green again")
    neovim.see("✓ 3 tests")
    neovim.command("wincmd w")
    assert neovim.lua("return vim.bo.modified")


def test_a_search_that_was_asked_for_says_what_came_of_it(edit: Edit) -> None:
    neovim = edit("prices.py", provider="embedded", **{"repair.background": False})
    neovim.see("✓ 3 tests")
    neovim.lua("vim.api.nvim_buf_set_lines(0, 1, 2, true, { '    return price + 2' })")
    neovim.see("✗ 3 of 3 · run")
    neovim.command("split test_prices.py")
    neovim.command("5")
    neovim.wait_for(lambda: "Look for a fix of test_double" in offered(neovim), "the offer to look for a fix")
    neovim.lua(
        "vim.lsp.buf.code_action({ apply = true, filter = function(a) return vim.startswith(a.title, 'Look') end })"
    )
    neovim.see("Winnow: Fix: ")


def break_double(neovim: Neovim) -> None:
    """Break the product without a save, and open its tests beside it, at the assertion that fails."""
    neovim.see("✓ 3 tests")
    neovim.lua("vim.api.nvim_buf_set_lines(0, 1, 2, true, { '    return price + 2' })")
    neovim.see("✗ 3 of 3 · run")
    neovim.command("split test_prices.py")
    neovim.see(FAILURE)
    neovim.command("5")


def test_a_fix_is_shown_before_it_is_made(edit: Edit) -> None:
    neovim = edit("prices.py", provider="embedded")
    break_double(neovim)
    neovim.wait_for(lambda: "Fix: " in offered(neovim), "a fix that was proven")
    neovim.command("Winnow fix")
    neovim.see("--- prices.py")
    assert "-    return price + 2" in neovim.screen
    assert "+    return price * 2" in neovim.screen
    assert "<CR> apply" in neovim.screen
    neovim.type("q")
    neovim.wait_for(lambda: "--- prices.py" not in neovim.screen, "the end of the preview")
    assert diagnostics(neovim)
    neovim.command("Winnow fix")
    neovim.see("--- prices.py")
    neovim.type("<CR>")
    neovim.wait_for(lambda: not diagnostics(neovim), "no diagnostic once the test is green again")
    neovim.see("✓ 3 tests")
    assert neovim.lua("return vim.fn.getbufline('prices.py', 2)[1]") == "    return price * 2"


def test_a_fix_is_looked_for_where_none_is_known_and_the_next_is_a_key_away(edit: Edit) -> None:
    neovim = edit("prices.py", provider="embedded", **{"repair.background": False})
    neovim.lua("vim.ui.select = function(items, _, chosen) chosen(items[1]) end")
    neovim.see("✓ 3 tests")
    neovim.lua("vim.api.nvim_buf_set_lines(0, 1, 2, true, { '    return price + 2' })")
    neovim.see("✗ 3 of 3 · run")
    neovim.command("Winnow fix")
    neovim.see("<CR> apply")
    neovim.see("--- prices.py")


def test_a_long_search_is_seen_while_it_lasts(edit: Edit, project: Path) -> None:
    tests = project / "test_prices.py"
    tests.write_text(tests.read_text().replace("    assert double(3)", "    time.sleep(0.4)\n    assert double(3)"))
    tests.write_text(f"import time\n\n{tests.read_text()}")
    neovim = edit("prices.py", 60, provider="embedded", **{"repair.background": False, "repair.seconds": 5})
    neovim.see("✓ 3 tests")
    neovim.lua("vim.api.nvim_buf_set_lines(0, 1, 2, true, { '    return price + 3 + len(str(price))' })")
    neovim.see("✗ 3 of 3 · run")
    neovim.lua("vim.ui.select = function(items, _, chosen) chosen(items[1]) end")
    neovim.command("Winnow fix")

    def line(number: int) -> str:
        return neovim.screen.splitlines()[number]

    neovim.wait_for(lambda: "winnow" in line(-2) and "Looking for a fix" in line(-2), "the search in the status line")
    neovim.wait_for(lambda: "Winnow: Looking for a fix" in line(-1), "the search on the last line")
    neovim.see("candidates")
    assert "Press ENTER" not in neovim.screen
    neovim.wait_for(lambda: "Looking for a fix" not in neovim.screen, "its end")


def test_a_failure_is_explained_by_its_code_action(edit: Edit) -> None:
    neovim = edit("test_prices.py", provider="embedded")
    neovim.see("✓ 3 tests")
    neovim.lua("vim.api.nvim_buf_set_lines(0, 4, 5, true, { '    assert double(3) == 7' })")
    neovim.see("test_double: assert 6 == 7")
    neovim.command("5")
    neovim.lua(
        "vim.lsp.buf.code_action({ apply = true, filter = function(a) return vim.startswith(a.title, 'Explain') end })"
    )
    neovim.see("test_double failed: assert 6 == 7")


def test_a_failure_is_explained_or_hinted_at_wherever_the_cursor_is(edit: Edit) -> None:
    neovim = edit("prices.py", provider="embedded")
    break_double(neovim)
    neovim.see("winnow embedded ✗ 3 of 3")
    neovim.wait_for(lambda: "Fix: " in offered(neovim), "a fix that was proven")
    neovim.lua("vim.ui.select = function(items, _, chosen) chosen(items[1]) end")
    neovim.command("1")
    neovim.command("Winnow explain")
    neovim.see("The way there:")
    neovim.type("q")
    neovim.wait_for(lambda: "The way there:" not in neovim.screen, "the end of the explanation")
    neovim.command("Winnow hint")
    neovim.see("Look at")


def test_a_message_too_long_for_the_last_line_stands_in_a_corner_and_waits_for_no_key(edit: Edit) -> None:
    neovim = edit("prices.py", 60, **{"sandbox.require": "whatever"})
    neovim.see("╭ Winnow ")
    neovim.see("cannot be 'whatever'")
    assert "Press ENTER" not in neovim.screen
    neovim.type("Gi# on")
    neovim.wait_for(lambda: neovim.text.endswith("# on"), "what was typed meanwhile")


def test_what_another_server_complains_of_has_a_fix(edit: Edit) -> None:
    neovim = edit("prices.py", provider="embedded")
    neovim.see("✓ 3 tests")
    neovim.lua("vim.api.nvim_buf_set_lines(0, 1, 2, true, { '    return prise * 2' })")
    neovim.lua(
        "vim.diagnostic.set(vim.api.nvim_create_namespace('other'), 0, {{ lnum = 1, col = 11, end_col = 16, "
        "message = 'Undefined name `prise`', source = 'other', severity = 1 }})"
    )
    neovim.command("2")
    neovim.wait_for(lambda: "`price`" in offered(neovim), "the name that was meant")


@pytest.mark.parametrize(("command", "says"), [("why", "Shown"), ("usage", "Nothing was asked of a model.")])
def test_what_was_decided_and_what_models_took_is_said(edit: Edit, command: str, says: str) -> None:
    neovim = edit("prices.py")
    ask_for_triple(neovim)
    neovim.type("<Esc>")
    neovim.command(f"Winnow {command}")
    neovim.see(f"Winnow: {command}")
    neovim.see(says)


def test_a_killed_server_comes_back_and_suggests_again(edit: Edit) -> None:
    neovim = edit("prices.py")
    neovim.see("✓ 3 tests")
    first = client(neovim)
    neovim.lua("for _, child in ipairs(vim.api.nvim_get_proc_children(vim.fn.getpid())) do vim.uv.kill(child, 9) end")
    neovim.see("quit with exit code")
    neovim.type("<CR>")
    neovim.wait_for(lambda: client(neovim) > first, "another server")
    ask_for_triple(neovim)


def test_without_any_setting_nothing_is_complained_of(edit: Edit) -> None:
    neovim = edit("pyproject.toml")
    neovim.lua("local own = vim.lsp.config.winnow; own.settings = { winnow = {} }; vim.lsp.config.winnow = own")
    neovim.command("edit prices.py")
    neovim.see("untrusted: no tests")
    neovim.command("Winnow trust")
    neovim.see("✓ 3 tests")
    assert "not a setting" not in neovim.lua("return vim.fn.execute('messages')")


def test_a_project_is_untrusted_until_the_person_says_otherwise(edit: Edit) -> None:
    neovim = edit("prices.py", trusted=None)
    neovim.see("untrusted: no tests")
    neovim.command("Winnow trust")
    neovim.wait_for(lambda: "untrusted: no tests" not in neovim.screen, "trust in the status line")


def test_a_server_that_is_not_installed_is_said_to_be_missing(edit: Edit) -> None:
    neovim = edit("pyproject.toml")
    neovim.lua("vim.lsp.config('winnow', { cmd = { 'winnow-that-is-not-here', 'serve' } })")
    neovim.command("edit prices.py")
    neovim.see("Winnow: winnow-that-is-not-here is not on the path")


def test_the_help_is_found_wherever_the_plugin_lies(edit: Edit, tmp_path: Path) -> None:
    neovim = edit("prices.py")
    assert ":Winnow-trust" in neovim.lua("return vim.fn.getcompletion(':Winnow', 'help')")
    shipped = installation.ROOT / "client-nvim" / "doc"
    shutil.copy(shipped / "winnow.txt", tmp_path)
    neovim.command(f"helptags {tmp_path}")
    assert (tmp_path / "tags").read_text() == (shipped / "tags").read_text()


def test_checkhealth_finds_everything(edit: Edit) -> None:
    neovim = edit("prices.py")
    neovim.see("✓ 3 tests")
    neovim.command("checkhealth winnow")
    neovim.wait_for(lambda: "the server runs for" in neovim.text, "the health of the server")
    assert "ERROR" not in neovim.text
    assert "did not answer" not in neovim.text


def client(neovim: Neovim) -> int:
    """The number of the running client, which grows with every start; 0 while there is none."""
    return int(
        neovim.lua("local c = vim.lsp.get_clients({ name = 'winnow' })[1] return c and c.initialized and c.id or 0")
    )


def offered(neovim: Neovim) -> str:
    """The titles of the code actions on the line of the cursor."""
    asked = """
    local params = vim.lsp.util.make_range_params(0, 'utf-8')
    params.context = { diagnostics = {} }
    local titles = {}
    for _, answer in pairs(vim.lsp.buf_request_sync(0, 'textDocument/codeAction', params, 5000) or {}) do
      for _, action in ipairs(answer.result or {}) do table.insert(titles, action.title) end
    end
    return table.concat(titles, '\\n')"""
    return str(neovim.lua(asked))
