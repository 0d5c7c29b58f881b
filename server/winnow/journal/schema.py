"""The journal's tables: how they are made and brought up to date, what goes in and out, and how long it stays."""

from __future__ import annotations

from datetime import timedelta

VERSION = 5
PROMPTS_KEPT = 200
"""Prompts are large: only those of the latest candidates are kept."""
DECISIONS_KEPT = 20_000
"""So many of the latest decisions are kept, each with what became of it: 1 to 4 kB each, 80 MB at most."""
KEPT = timedelta(days=180)
"""Decisions, and what requests to models took, are kept for so long. What the gate learned from them stays for good."""
AHEAD = timedelta(days=1)
"""How far ahead of now a row may be that another clock wrote."""
LESSONS_KEPT = 2_000
"""The lessons that were tried latest are kept."""

LESSON_TABLE = """CREATE TABLE IF NOT EXISTS lesson (
    lines TEXT PRIMARY KEY, title TEXT NOT NULL, explanation TEXT NOT NULL, helped INTEGER NOT NULL,
    tried INTEGER NOT NULL, at REAL NOT NULL
)"""
TABLES = (
    """CREATE TABLE IF NOT EXISTS decision (
        row INTEGER PRIMARY KEY, id TEXT NOT NULL, at REAL NOT NULL, uri TEXT NOT NULL, language TEXT NOT NULL,
        kind TEXT NOT NULL, reason TEXT NOT NULL, candidate TEXT, probability REAL, threshold REAL, propensity REAL,
        facts TEXT NOT NULL
    )""",
    "CREATE INDEX IF NOT EXISTS decision_by_candidate ON decision (candidate)",
    "CREATE INDEX IF NOT EXISTS decision_by_uri ON decision (uri, row)",
    "CREATE INDEX IF NOT EXISTS decision_by_time ON decision (at)",
    """CREATE TABLE IF NOT EXISTS feedback (
        row INTEGER PRIMARY KEY, candidate TEXT NOT NULL, fate TEXT NOT NULL, at REAL NOT NULL,
        characters INTEGER NOT NULL
    )""",
    "CREATE INDEX IF NOT EXISTS feedback_by_candidate ON feedback (candidate)",
    "CREATE TABLE IF NOT EXISTS person (row INTEGER PRIMARY KEY, at REAL NOT NULL, learned TEXT NOT NULL)",
    """CREATE TABLE IF NOT EXISTS usage (
        row INTEGER PRIMARY KEY, at REAL NOT NULL, provider TEXT NOT NULL, model TEXT NOT NULL, purpose TEXT NOT NULL,
        prompt INTEGER NOT NULL, answer INTEGER NOT NULL, seconds REAL NOT NULL, counted INTEGER NOT NULL
    )""",
    "CREATE INDEX IF NOT EXISTS usage_by_time ON usage (at)",
    "CREATE TABLE IF NOT EXISTS prompt (row INTEGER PRIMARY KEY, candidate TEXT NOT NULL, sent TEXT NOT NULL)",
    LESSON_TABLE,
)
FROM_4 = (  # every attempt of a lesson was a row (version 3 had none), and all that was ever learned of the person
    "CREATE TABLE IF NOT EXISTS lesson (at, lines, title, explanation, helped)",
    "ALTER TABLE lesson RENAME TO attempt",
    LESSON_TABLE,
    "INSERT INTO lesson SELECT lines, title, explanation, sum(helped), count(*), max(at) FROM attempt GROUP BY lines",
    "DROP TABLE attempt",
    "DELETE FROM person WHERE row < (SELECT max(row) FROM person)",
    "UPDATE person SET row = 1",
)
"""What brings the tables of version 4 up to date; those of the versions before it differ in what they lack."""

INSERT_DECISION = "INSERT INTO decision VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
INSERT_FEEDBACK = "INSERT INTO feedback VALUES (NULL, ?, ?, ?, ?)"
REPLACE_PERSON = "INSERT OR REPLACE INTO person VALUES (1, ?, ?)"
INSERT_USAGE = "INSERT INTO usage VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)"
INSERT_PROMPT = "INSERT INTO prompt VALUES (NULL, ?, ?)"
COUNT_LESSON = (
    "INSERT INTO lesson VALUES (?, ?, ?, ?, 1, ?) ON CONFLICT (lines) DO UPDATE SET title = excluded.title, "
    "explanation = excluded.explanation, helped = helped + excluded.helped, tried = tried + 1, at = excluded.at"
)
FORGET_PROMPTS = "DELETE FROM prompt WHERE row <= (SELECT max(row) FROM prompt) - ?"
SELECT_PROMPT = "SELECT sent FROM prompt WHERE candidate = ? ORDER BY row DESC LIMIT 1"
SELECT_DECISIONS = (
    "SELECT latest.row, latest.id, latest.at, uri, language, kind, reason, facts, "
    "feedback.candidate, fate, feedback.at, characters "
    "FROM (SELECT * FROM decision WHERE (?1 IS NULL OR uri = ?1) ORDER BY row DESC LIMIT ?2) AS latest "
    "LEFT JOIN feedback ON feedback.candidate = latest.candidate ORDER BY latest.row DESC, feedback.row"
)
SELECT_SPENT = (
    "SELECT provider, model, purpose, count(*), sum(prompt), sum(answer), sum(seconds), sum(counted) FROM usage "
    "WHERE at >= ? GROUP BY provider, model, purpose ORDER BY sum(prompt) + sum(answer) DESC"
)
SELECT_PERSON = "SELECT learned FROM person ORDER BY at DESC LIMIT 1"
SELECT_LESSONS = "SELECT lines, title, explanation, helped, tried FROM lesson ORDER BY at DESC LIMIT ?"


def forget_old(now: float) -> tuple[tuple[str, tuple[float, ...]], ...]:
    """What forgets what is old, by the time of the latest: each statement with its values.

    A row from far ahead of ``now``, a Unix second, is of a clock that was wrong, and makes no other row old.
    """
    soon, kept = now + AHEAD.total_seconds(), KEPT.total_seconds()
    return (
        ("DELETE FROM decision WHERE row <= (SELECT max(row) FROM decision) - ?", (DECISIONS_KEPT,)),
        ("DELETE FROM decision WHERE at < (SELECT max(at) FROM decision WHERE at <= ?) - ?", (soon, kept)),
        ("DELETE FROM feedback WHERE NOT EXISTS (SELECT 1 FROM decision WHERE candidate = feedback.candidate)", ()),
        ("DELETE FROM usage WHERE at < (SELECT max(at) FROM usage WHERE at <= ?) - ?", (soon, kept)),
        (
            "DELETE FROM lesson WHERE at < (SELECT at FROM lesson ORDER BY at DESC LIMIT 1 OFFSET ?)",
            (LESSONS_KEPT - 1,),
        ),
    )
