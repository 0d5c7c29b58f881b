"""What VS Code offers to set is what the server declares."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

from tests.editors.installation import ROOT

from winnow.settings import Settings

PACKAGE = json.loads((ROOT / "client-vscode" / "package.json").read_text())
OF_THE_EXTENSION = {"winnow.server.command"}
OF_THE_WINDOW = {"winnow.trusted"}
"""Workspace Trust answers this in VS Code."""


def schema(name: str) -> dict[str, Any]:
    """A setting as ``package.json`` should describe it."""
    default = getattr(Settings(), name)
    metadata = Settings.__dataclass_fields__[name].metadata
    described: dict[str, Any] = {"default": list(default) if isinstance(default, tuple) else default}
    match default:
        case bool():
            described["type"] = "boolean"
        case int() | float():
            described |= {"type": "integer" if isinstance(default, int) else "number", "minimum": 0}
        case tuple():
            described |= {"type": "array", "items": {"type": "string"}}
        case _:
            described["type"] = "string"
    if metadata["choices"]:
        described["enum"] = list(metadata["choices"])
    return {**described, "markdownDescription": metadata["says"]}


def test_vs_code_offers_the_settings_of_the_server() -> None:
    offered = dict(PACKAGE["contributes"]["configuration"]["properties"])
    own = {key: offered.pop(key) for key in OF_THE_EXTENSION}
    assert all(each["markdownDescription"] for each in own.values())
    declared = {f"winnow.{each.metadata['key']}": schema(each.name) for each in fields(Settings)}
    assert offered == {key: value for key, value in declared.items() if key not in OF_THE_WINDOW}


def test_no_client_command_has_the_name_of_a_server_command() -> None:
    source = (ROOT / "server" / "winnow" / "editor" / "commands.py").read_text()
    clashing = [each["command"] for each in PACKAGE["contributes"]["commands"] if f'"{each["command"]}"' in source]
    assert not clashing, "the language client registers the server's commands itself, and each name only once"
