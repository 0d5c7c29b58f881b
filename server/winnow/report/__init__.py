"""What the journal tells, drawn: one HTML page that needs no network."""

from winnow.report.page import write

__all__ = ["write"]
