"""What VS Code's settings say is what the server's settings say: declared twice, meant once."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from winnow.settings import Settings

PACKAGE = Path(__file__).parents[2] / "client-vscode" / "package.json"
OTHERWISE = {"trusted"}
"""Set in VS Code by its Workspace Trust."""
SETTINGS = {str(each.metadata["key"]): each for each in fields(Settings) if each.metadata["key"] not in OTHERWISE}


def _declared() -> dict[str, Any]:
    contributed: dict[str, Any] = json.loads(PACKAGE.read_text(encoding="utf-8"))["contributes"]["configuration"]
    return {key.removeprefix("winnow."): value for key, value in contributed["properties"].items()}


@pytest.mark.parametrize("key", SETTINGS)
def test_a_setting_means_the_same_in_vs_code(key: str) -> None:
    setting, declared = SETTINGS[key], _declared()[key]
    default = setting.default
    assert declared["markdownDescription"] == setting.metadata["says"]
    assert declared["default"] == (list(default) if isinstance(default, tuple) else default)
    assert tuple(declared.get("enum", ())) == setting.metadata["choices"]
