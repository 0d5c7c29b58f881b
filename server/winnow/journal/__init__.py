"""Memory of decisions and what became of them (SQLite), and of what the gate learned of the person.

The journal stays on this machine. It holds the text of suggestions, so that `winnow why` can show it: the file can be
read by its owner only (mode 0600).

Decisions and requests are forgotten after `schema.KEPT`, or after `schema.DECISIONS_KEPT` later ones; what the gate
learned from them stays.
"""

from winnow.journal.explain import explain
from winnow.journal.journal import Journal
from winnow.journal.rows import COMPLETION, Lesson, Row, Spent
from winnow.journal.spending import spent_says
from winnow.journal.state import JOURNAL, STATE_VARIABLE, shipped_prior, state_directory, write_private

__all__ = [
    "COMPLETION",
    "JOURNAL",
    "STATE_VARIABLE",
    "Journal",
    "Lesson",
    "Row",
    "Spent",
    "explain",
    "shipped_prior",
    "spent_says",
    "state_directory",
    "write_private",
]
