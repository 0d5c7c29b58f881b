"""The README's table of settings, made from where they are declared: ``python -m tests.laws.settings_table``."""

from __future__ import annotations

import json
from dataclasses import fields

from winnow.settings import Settings


def table() -> str:
    """One row a setting, in the order of their declaration."""
    rows = ["| Setting | Default | What it means |", "|---|---|---|"]
    for each in fields(Settings):
        default = json.dumps(getattr(Settings(), each.name))
        choices = ", ".join(f"`{choice}`" for choice in each.metadata["choices"])
        says = each.metadata["says"] + (f" One of {choices}." if choices else "")
        rows.append(f"| `winnow.{each.metadata['key']}` | `{default}` | {says} |")
    return "\n".join(rows)


if __name__ == "__main__":
    print(table())  # noqa: T201 - what it is for
