"""Parses the files that it is told of by their paths, a line each, and keeps nothing: the least that an index costs."""

import sys
from pathlib import Path

import tree_sitter_python
from tree_sitter import Language, Parser


def main() -> None:
    parser = Parser(Language(tree_sitter_python.language()))
    for line in sys.stdin:
        parser.parse(Path(line.rstrip("\n")).read_bytes())


if __name__ == "__main__":
    main()
