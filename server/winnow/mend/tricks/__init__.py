"""The kinds of trick, one file each: what turns a failing test green without making the code right.

Each has a check that takes a ``Change`` and yields sentences; ``winnow.mend.objections`` asks them all.
"""
