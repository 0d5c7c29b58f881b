"""Fit the numbers of the embedded engine on some projects and judge them on others; write them into the source.

    python benchmarks/fit_embedded.py --train FOLDER... --test FOLDER... [--n 400] [--write]

Each folder holds one project (an unpacked wheel or sdist). Two small models are fitted on the training projects:
the gates that weigh the sources of a token, by gradient descent on the log-likelihood of the true next token,
and the boosted trees that say how likely a completed line is right, at other positions of the same projects. The
threshold from which a line is offered unasked is the lowest that keeps WANTED precision where projects are judged by
trees grown on others. Nothing is fitted on the test projects.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import textwrap
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score

from winnow.commands.eval_lines import Position, positions, read_project
from winnow.llm.ngram import library, weights
from winnow.llm.ngram.confidence import FEATURES, NUMBERS, features
from winnow.llm.ngram.corpus import Corpus
from winnow.llm.ngram.decoding import LONGEST
from winnow.llm.ngram.engine import Engine, finish
from winnow.llm.ngram.forest import LEAF
from winnow.llm.ngram.lexing import SAME, lex_line
from winnow.llm.ngram.mixture import SOURCES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

WANTED = 0.88
STEPS = 1200
TREES: dict[str, Any] = {
    "max_depth": 4, "max_iter": 250, "learning_rate": 0.06, "l2_regularization": 10.0, "min_samples_leaf": 40,
}  # fmt: skip
FOLDS = 8
Numbers = NDArray[np.float64]
Gates = tuple[tuple[float, ...], ...]
Event = tuple[list[tuple[float, ...]], list[float]]
"""Before a token: the features of each source, and how likely each finds what comes."""
Judged = tuple[Numbers, NDArray[np.bool_], int]
"""Of lines: their features, whether each is right, and at how many positions one was asked for."""
T = TypeVar("T")
_library: list[Corpus] = []
"""The library as this process has read it, once for all projects."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--train", nargs="+", type=Path, required=True)
    parser.add_argument("--test", nargs="+", type=Path, required=True)
    parser.add_argument("--n", type=int, default=400, help="positions a project")
    parser.add_argument("--write", action="store_true", help="write the numbers into the source")
    arguments = parser.parse_args()

    parts = in_processes(partial(tokens_of, n=arguments.n), arguments.train, weights.GATES)
    gates = fitted_gates([event for part in parts for event in part])
    judged = partial(lines_of, n=arguments.n, seed=2)
    rows = dict(zip((each.name for each in arguments.train), in_processes(judged, arguments.train, gates), strict=True))
    trees = fitted_trees(list(rows.values()))
    enough = threshold(rows)
    names = textwrap.fill(", ".join(rows), 118)
    print(f"fitted on {names}; from {enough:.2f} on {WANTED:.0%} are right")
    others = in_processes(partial(lines_of, n=arguments.n, seed=3), arguments.test, gates)
    for folder, part in zip(arguments.test, others, strict=True):
        report(folder.name, trees, enough, part)
    if arguments.write:
        Path(weights.__file__).write_text(source_of(gates, names, arguments.n), encoding="utf-8")
        NUMBERS.write_text(exported(trees), encoding="utf-8")


def in_processes(work: Callable[[Path], T], folders: Sequence[Path], gates: Gates) -> list[T]:
    """What comes of each folder, in their order: as many at a time as there are processors."""
    with ProcessPoolExecutor(os.cpu_count(), initializer=prepare, initargs=(gates,)) as pool:
        return list(pool.map(work, folders))


def prepare(gates: Gates) -> None:
    """Read the library, and complete lines with these gates."""
    weights.GATES = gates
    engine = Engine()
    finish(engine.learn_library(library.read(library.files())))
    _library[:] = [engine.corpus]


def learned(folder: Path) -> tuple[Engine, dict[str, str]]:
    engine, texts = Engine(), read_project(folder)
    (known,) = _library
    engine.corpus = Corpus(vocabulary=known.vocabulary, library=known.library)
    finish(engine.learn(texts.items()))
    return engine, texts


def tokens_of(folder: Path, n: int) -> list[Event]:
    """What the sources know before tokens of a project."""
    engine, texts = learned(folder)
    chance = random.Random(1)  # noqa: S311 - a sample that can be drawn again
    return [event for position in positions(texts, n, seed=1) for event in next_tokens(engine, position, chance)]


def fitted_gates(events: list[Event]) -> Gates:
    """One row a source, so that the mixture makes the true next tokens as likely as possible."""
    seen = np.array([event[0] for event in events])  # event, source, feature; nan: the source is silent
    chances = np.array([event[1] for event in events])
    silent = np.isnan(seen[:, :, 0])
    seen = np.nan_to_num(seen)
    scale = np.maximum(seen.reshape(-1, seen.shape[2]).std(0), 0.3)
    seen /= scale
    rows = np.zeros(seen.shape[1:])
    first, second = np.zeros_like(rows), np.zeros_like(rows)
    for step in range(1, STEPS + 1):  # Adam, full batch
        gates = softmax(np.where(silent, -1e9, np.einsum("esf,sf->es", seen, rows)))
        blame = gates * (chances + 1e-4)
        blame /= blame.sum(1, keepdims=True)
        slope = np.einsum("es,esf->sf", blame - gates, seen) / len(seen) - 1e-3 * rows
        first, second = 0.9 * first + 0.1 * slope, 0.999 * second + 0.001 * slope**2
        rows += 0.03 * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    mixed = (gates * chances).sum(1)
    print(f"{len(seen)} tokens, mean log-likelihood {np.log(mixed + 1e-4).mean():.3f}")
    return tuple(tuple(round(float(value), 3) for value in row) for row in rows / scale)


def softmax(scores: Numbers) -> Numbers:
    gates: Numbers = np.exp(scores - scores.max(1, keepdims=True))
    gates /= gates.sum(1, keepdims=True)
    return gates


def next_tokens(engine: Engine, position: Position, chance: random.Random) -> Iterator[Event]:
    """What each source knows before the next token and before two later ones, and how likely it finds them."""
    decoder, cursor = engine.at(position.before, "", position.path)
    vocabulary = engine.corpus.vocabulary
    line = position.before.rpartition("\n")[2]
    done = len(lex_line(line)) - bool(cursor.typed.strip())
    tokens = [*lex_line(line + position.rest)[done:], SAME][:LONGEST]
    asked = {0, chance.randrange(len(tokens)), chance.randrange(len(tokens))}
    for place, token in enumerate(tokens):
        truth = vocabulary.number(token)
        if place in asked:
            before = vocabulary.tokens[cursor.literal[-1]]
            allowed = vocabulary.allowed(before, cursor.typed) if cursor.typed else None
            if allowed is not None and not allowed[truth]:
                return
            right = vocabulary.ends if token == SAME else {truth}
            beliefs = decoder.beliefs(cursor, allowed)
            yield (
                [belief[1] if belief else (np.nan,) * len(weights.GATES[0]) for belief in beliefs],
                [sum(belief[0].get(each, 0.0) for each in right) if belief else 0.0 for belief in beliefs],
            )
        cursor = decoder.after(cursor, truth)


def lines_of(folder: Path, n: int, seed: int) -> Judged:
    """The features of the best line at each position of a project, and whether it is exactly right."""
    engine, texts = learned(folder)
    seen, right = [], []
    chosen = positions(texts, n, seed)
    for position in chosen:
        decoder, cursor = engine.at(position.before, "", position.path)
        lines = decoder.lines(cursor)
        if lines and lines[0].text:
            seen.append(features(lines, 0, cursor))
            right.append(lines[0].text == position.rest)
    return np.array(seen, float).reshape(-1, len(FEATURES)), np.array(right, bool), len(chosen)


def fitted_trees(parts: Sequence[Judged]) -> HistGradientBoostingClassifier:
    seen, right = np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])
    return HistGradientBoostingClassifier(random_state=0, **TREES).fit(seen, right)


def threshold(rows: dict[str, Judged]) -> float:
    """The lowest confidence above which WANTED are right, the projects of each fold judged by trees of the others."""
    parts = list(rows.values())
    likely, right = [], []
    folds = min(FOLDS, len(parts))
    for fold in range(folds):
        trees = fitted_trees([part for number, part in enumerate(parts) if number % folds != fold])
        for seen, truth, _ in parts[fold::folds]:
            likely.append(trees.predict_proba(seen)[:, 1])
            right.append(truth)
    pooled, truths = np.concatenate(likely), np.concatenate(right)
    print(f"across projects: AUC {roc_auc_score(truths, pooled):.3f}")
    fitting = [
        mark
        for mark in np.arange(0.3, 0.95, 0.01)
        if (pooled >= mark).any() and truths[pooled >= mark].mean() >= WANTED
    ]
    return float(round(min(fitting, default=0.9), 2))


def report(name: str, trees: HistGradientBoostingClassifier, enough: float, part: Judged) -> None:
    seen, right, n = part
    likely = trees.predict_proba(seen)[:, 1]
    shown = likely >= enough
    figures = {
        "project": name,
        "exact": round(float(right.sum() / n), 3),
        "auc": round(float(roc_auc_score(right, likely)), 3),
        "shown": round(float(shown.sum() / n), 3),
        "precision": round(float(right[shown].mean()), 3),
    }
    print(json.dumps(figures))


def exported(trees: HistGradientBoostingClassifier) -> str:
    """The trees as ``forest`` reads them, one a line; the library keeps them in private attributes and nowhere else."""
    bias = float(np.ravel(trees._baseline_prediction)[0])  # noqa: SLF001
    grown = [predictor.nodes for (predictor,) in trees._predictors]  # noqa: SLF001
    lines = [json.dumps(nodes_of(nodes), separators=(",", ":")) for nodes in grown]
    return f'{{"bias": {bias:.5f}, "trees": [\n' + ",\n".join(lines) + "\n]}\n"


def nodes_of(nodes: Any) -> list[list[float]]:
    return [
        [LEAF, round(float(node["value"]), 5), 0, 0]
        if node["is_leaf"]
        else [
            int(node["feature_idx"]),
            round(float(node["num_threshold"]), 5),
            int(node["left"]),
            int(node["right"]),
        ]
        for node in nodes
    ]


def source_of(gates: Gates, names: str, n: int) -> str:
    rows = "\n".join(f"    {row},  # {source}" for row, source in zip(gates, SOURCES, strict=True))
    return f'''"""Fitted numbers, made by ``benchmarks/fit_embedded.py --n {n} --write``, as is ``confidence.json``.

Training projects, as published on the Python Package Index in November 2026, with the standard library of
Python 3.11 and the packages in ``library.py`` as the library:
{names}.
"""

from __future__ import annotations

GATES: tuple[tuple[float, ...], ...] = (
{rows}
)
"""How far each source is believed: a row a source, a column a feature of ``mixture``."""

NEARLY_CERTAIN = {weights.NEARLY_CERTAIN}
"""The confidence in all its lines that a block needs for each further line; chosen, not fitted."""
'''


if __name__ == "__main__":
    main()
