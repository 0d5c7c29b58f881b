"""What the README promises is so."""

from __future__ import annotations

import re
from pathlib import Path

from tests.laws.settings_table import table

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def test_every_setting_is_documented_as_it_is_declared() -> None:
    assert table() in README


def test_both_commands_are_named() -> None:
    assert "make demo" in README
    assert "make test" in README


def test_every_picture_and_file_it_links_to_exists() -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in link]
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
