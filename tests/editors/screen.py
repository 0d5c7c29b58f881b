"""What a person would see: the character grid that Neovim's redraw events describe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


class Screen:
    """One grid of characters, drawn by ``redraw`` batches (``:h ui-linegrid``)."""

    def __init__(self, width: int, height: int) -> None:
        self._width = width
        self._cells = [[" "] * width for _ in range(height)]

    def __str__(self) -> str:
        """Its lines, without the space at their ends."""
        return "\n".join("".join(row).rstrip() for row in self._cells)

    def redraw(self, batch: Sequence[Sequence[Any]]) -> None:
        """Take in one batch of events; those that say nothing of characters are passed over."""
        for name, *calls in batch:
            for call in calls:
                match name:
                    case "grid_line":
                        self._line(call)
                    case "grid_clear":
                        for row in self._cells:
                            row[:] = [" "] * self._width
                    case "grid_scroll":
                        self._scroll(*call[1:6])

    def _line(self, call: Sequence[Any]) -> None:
        _, row, column, cells = call[:4]
        for cell in cells:
            for _ in range(cell[2] if len(cell) > 2 else 1):
                self._cells[row][column] = cell[0]
                column += 1

    def _scroll(self, top: int, bottom: int, left: int, right: int, rows: int) -> None:
        kept = range(top, bottom - rows) if rows > 0 else range(bottom - 1, top - rows - 1, -1)
        for row in kept:
            self._cells[row][left:right] = self._cells[row + rows][left:right]
