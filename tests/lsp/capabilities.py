"""What the editor of the tests says that it can do."""

from __future__ import annotations

import copy
from typing import Any

CAPABILITIES: dict[str, Any] = {
    "general": {"positionEncodings": ["utf-16"]},
    "window": {"workDoneProgress": True},
    "workspace": {
        "configuration": True,
        "workspaceFolders": True,
        "workspaceEdit": {"documentChanges": True, "resourceOperations": ["create"]},
    },
    "textDocument": {
        "synchronization": {},
        "inlineCompletion": {},
        "publishDiagnostics": {"relatedInformation": True},
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix"]}},
            "dataSupport": True,
            "resolveSupport": {"properties": ["edit", "command"]},
        },
    },
}


def without(capabilities: dict[str, Any], *keys: str) -> dict[str, Any]:
    """The capabilities less one that is nested."""
    left = copy.deepcopy(capabilities)
    inner = left
    for key in keys[:-1]:
        inner = inner[key]
    del inner[keys[-1]]
    return left
