"""The measure itself: where it looks, and what it counts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from winnow.commands import command_line
from winnow.commands.eval_lines import Guess, Position, figures_of, positions

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

CODE = '"""Doc.\n\nlong\n"""\n\n# a comment\ndef area(width, height):\n    return width * height\n'


def test_positions_stand_on_code_and_leave_something_to_guess() -> None:
    for position in positions({"/p/a.py": CODE}, 50, seed=1):
        assert position.rest
        assert CODE.startswith(position.before + position.rest)
        assert position.before.count("\n") in {6, 7}


def test_the_same_seed_draws_the_same_positions() -> None:
    texts = {f"/p/{number}.py": CODE for number in range(9)}
    assert positions(texts, 5, seed=3) == positions(texts, 5, seed=3)
    assert positions(texts, 5, seed=3) != positions(texts, 5, seed=4)


def test_shares_are_of_all_positions_and_precision_of_the_shown() -> None:
    places = [Position(path="/a", before="", rest=rest) for rest in "abcd"]
    guesses = [
        Guess(unasked="a", asked="a", seconds=0.001),
        Guess(unasked="x", asked="x", seconds=0.002),
        Guess(unasked=None, asked="c", seconds=0.003),
        Guess(unasked=None, asked=None, seconds=0.004),
    ]
    figures = figures_of(places, guesses)
    assert figures == {"n": 4, "exact": 0.5, "shown": 0.5, "precision": 0.5, "median_ms": 2.5}


def test_the_command_prints_its_figures_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.py").write_text(CODE * 3, encoding="utf-8")
    assert command_line.run(["eval", "lines", str(tmp_path), "--n", "4", "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)) == {"n", "exact", "shown", "precision", "median_ms"}


def test_a_folder_without_python_is_named_with_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.run(["eval", "lines", str(tmp_path)]) == 1
    assert "Name a project's folder" in capsys.readouterr().err
