"""Choose the confidence from which the embedded engine's answer goes before the model's, and judge it elsewhere.

    python benchmarks/fit_together.py --fit RECORD... --judge RECORD...

A RECORD is what ``winnow eval lines PROJECT --provider together --record FILE`` wrote of one project. The confidence
chosen is the one at which the answers of the first records are exact most often; nothing is fitted on the others.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

MARKS = [number / 20 for number in range(6, 21)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--fit", nargs="+", type=Path, required=True)
    parser.add_argument("--judge", nargs="+", type=Path, required=True)
    arguments = parser.parse_args()
    fitted = [row for path in arguments.fit for row in read(path)]
    best = max(MARKS, key=lambda mark: (exact(fitted, mark), mark))
    print(f"fitted on {len(fitted)} positions: from {best:.2f} on the embedded engine goes first")
    for mark in MARKS:
        print(f"  {mark:.2f}: {exact(fitted, mark):.1%}")
    for path in arguments.judge:
        rows = read(path)
        alone = {
            name: sum(row[name]["asked"] == row["rest"] for row in rows) / len(rows)
            for name in rows[0]
            if name in {"embedded", "model"}
        }
        shares = ", ".join(f"{name} {share:.1%}" for name, share in alone.items())
        print(f"{path.stem}: {len(rows)} positions, {shares}, together {exact(rows, best):.1%}")


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def exact(rows: Sequence[dict[str, Any]], mark: float) -> float:
    """The share of exact answers when the engine goes first from this confidence on."""
    chosen = (
        row["embedded"] if row["embedded"]["confidence"] >= mark or row["model"]["asked"] is None else row["model"]
        for row in rows
    )
    right: int = sum(each["asked"] == row["rest"] for each, row in zip(chosen, rows, strict=True))
    return right / len(rows)


if __name__ == "__main__":
    main()
