"""The server's own overhead at a keystroke, on a 10,000-line file, beside other servers; start-up; indexing.

    python benchmarks/latency.py [--rounds 3] [--keystrokes 500] [--lines 1000000] [--json]

From one typed character to the answer, in milliseconds, the servers interleaved so that a busy machine weighs on all:

    cached   what was shown is recalled at each key; `bare` (a JSON-RPC loop) and `stock` (pygls) answer a constant
    typed    a long suggestion is typed through
    joined   from the moment the model has answered a question that a later key joined
    full     an explicit request for three candidates, through an endpoint that answers in 0 ms
    endpoint what that endpoint itself takes: its three answers over a bare socket
    package  what the openai package takes for them, one and then two at once, as Winnow asks
    ruff, jedi   a hover after each key, where they are installed
    start    the process is started: until its hello is answered, and until its first suggestion
    index    a workspace of so many lines (copies of the standard library) is read while somebody types, and once more
             from the cache: lines a second since the hello, and since the server began to read; the floor is what the
             parser alone takes in as many processes
"""

from __future__ import annotations

import argparse
import itertools
import json
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from client import Client
from endpoint import MODEL, Endpoint
from floors import by_the_package, over_a_socket
from keyboard import Keyboard
from project import fill, parsing

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
GHOST = "compute_the_total_of(values)"
WARM_UP = 50
PAUSE = 0.005
"""Seconds between keys while the index is made: twenty times as fast as a person types."""
SETTLING, SETTLED = 3.0, 0.05
"""Seconds that are looked at, and the share of a processor below which the server's other processes are at rest."""
WINNOW = [sys.executable, "-m", "winnow", "serve"]
PEERS = {
    "bare": [sys.executable, str(HERE / "peers" / "bare.py")],
    "stock": [sys.executable, str(HERE / "peers" / "stock.py")],
}
HOVERING = {"ruff": ["ruff", "server"], "jedi": ["jedi-language-server"]}


def started(folder: Path, settings: dict[str, Any], *, opens: bool = False) -> Client:
    return Client(WINNOW, folder, settings, {"OPENAI_API_KEY": "none"}, opens=opens)


def replaying(folder: Path, text: str) -> dict[str, Any]:
    answers = folder / "answers.jsonl"
    answers.write_text(json.dumps({"kind": "complete", "answers": [text]}) + "\n")
    return {"provider": "replay", "replay": {"file": str(answers)}}


def recalled(keyboard: Keyboard, pause: float = 0.0) -> Iterator[float]:
    """The first character of what is shown is typed and taken back, with some seconds in between."""
    assert keyboard.ask(1), "nothing is shown"
    for number in itertools.count():
        time.sleep(pause)
        before = time.perf_counter()
        keyboard.type("" if number % 2 else GHOST[0], erased=number % 2)
        assert keyboard.ask(), f"the suggestion was lost at keystroke {number}"
        yield 1e3 * (time.perf_counter() - before)


def cached(keyboard: Keyboard, keystrokes: int, pause: float = 0.0) -> list[float]:
    return list(itertools.islice(recalled(keyboard, pause), keystrokes))


def typed(folder: Path, keystrokes: int) -> list[float]:
    ghost = "+".join(f"value_{number}" for number in range(keystrokes // 6))[:keystrokes] + "0"
    client = started(folder, replaying(folder, ghost))
    keyboard = Keyboard(client, folder)
    assert keyboard.ask(1), "nothing is shown"
    took = []
    for character in ghost[:-1]:
        before = time.perf_counter()
        keyboard.type(character)
        assert keyboard.ask(), "the suggestion was lost"
        took.append(1e3 * (time.perf_counter() - before))
    client.end()
    return took


def joined(folder: Path, endpoint: Endpoint, times: int) -> list[float]:
    """A key comes while the endpoint thinks about the question of the one before."""
    client = started(folder, asking(endpoint))
    keyboard = Keyboard(client, folder)
    prepare(keyboard, endpoint)
    took = []
    for number in range(times):
        endpoint.text, endpoint.delay = f"value_{number}(argument)\n", 0.04
        endpoint.asked.clear()
        first = client.ask("textDocument/inlineCompletion", keyboard.parameters(2))
        assert endpoint.asked.wait(60), "the endpoint was not asked"
        client.notify("$/cancelRequest", {"id": first})
        keyboard.type("v")
        (shown,) = keyboard.ask()
        took.append(1e3 * (time.perf_counter() - endpoint.sent))
        keyboard.accept(shown)
    client.end()
    return took


def full(folder: Path, endpoint: Endpoint, keystrokes: int) -> list[float]:
    """Everything: context, prompt, endpoint, tidying, gate, journal, for a text that was never seen."""
    client = started(folder, asking(endpoint))
    keyboard = Keyboard(client, folder)
    prepare(keyboard, endpoint)
    took = []
    for number in range(keystrokes):
        endpoint.text = f"lue_{number}\n"
        before = time.perf_counter()
        keyboard.type("v")
        shown = keyboard.ask(1)
        took.append(1e3 * (time.perf_counter() - before))
        keyboard.accept(shown[0])
    client.end()
    return took


def prepare(keyboard: Keyboard, endpoint: Endpoint) -> None:
    """Ask once, and wait until the embedded engine, which answers beside a model, has read what it wants to."""
    endpoint.text, endpoint.delay = "value", 0.0
    keyboard.accept(keyboard.ask(1)[0])
    settle(keyboard.client)


def asking(endpoint: Endpoint) -> dict[str, Any]:
    return {
        "provider": "openai",
        "eagerness": "eager",
        "lookAhead": "never",
        "openai": {"baseUrl": endpoint.url, "model": MODEL},
    }


def hovering(command: list[str], folder: Path, keystrokes: int) -> list[float]:
    client = Client(command, folder, {}, {}, opens=True)
    keyboard = Keyboard(client, folder)
    took = []
    for number in range(keystrokes):
        before = time.perf_counter()
        keyboard.type("" if number % 2 else "v", erased=number % 2)
        client.request("textDocument/hover", keyboard.parameters(2))
        took.append(1e3 * (time.perf_counter() - before))
    client.end()
    return took


def starting(folder: Path, times: int) -> dict[str, float]:
    """From the start of the process to its hello, and to its first suggestion."""
    hello, first = [], []
    for _ in range(times):
        before = time.perf_counter()
        client = started(folder, replaying(folder, GHOST))
        assert Keyboard(client, folder).ask(1)
        first.append(1e3 * (time.perf_counter() - before))
        hello.append(client.greeted)
        client.end()
    return {"initialize_ms": statistics.median(hello), "first_answer_ms": statistics.median(first)}


def indexing(folder: Path, lines: int, keystrokes: int) -> dict[str, float]:
    """Read a large workspace while somebody types, type on, and start again with what was kept of it."""
    project = folder / "project"
    written = fill(project, lines)
    client = started(project, replaying(folder, GHOST), opens=True)
    before = time.perf_counter()
    busy, reading = typing_until_ready(client, Keyboard(client, folder))
    seconds = time.perf_counter() - before
    memory = client.memory()
    client.end()
    client = started(project, replaying(folder, GHOST), opens=True)
    before = time.perf_counter()
    keyboard = Keyboard(client, folder)
    typing_until_ready(client, keyboard)
    again = time.perf_counter() - before
    settle(client)
    idle = cached(keyboard, max(keystrokes, len(busy)), PAUSE)
    client.end()
    floor = parsing(project, written)
    shutil.rmtree(project)
    return {
        "index_lines": written,
        "index_lines_per_s": written / seconds,
        "index_reading_lines_per_s": written / reading,
        "index_floor_lines_per_s": floor,
        "index_again_s": again,
        "index_memory_mb": memory,
        "indexing_p99_ms": percentile(busy, 99),
        "indexed_p99_ms": percentile(idle, 99),
    }


def typing_until_ready(client: Client, keyboard: Keyboard) -> tuple[list[float], float]:
    """What a key took until the project was read, and how many seconds that took since the server had started.

    One key every few milliseconds, as more would take a processor of it.
    """
    took: list[float] = []
    began = time.perf_counter()
    for each in recalled(keyboard, PAUSE):
        took.append(each)
        said = [str(note.get("params")) for note in client.notes]
        client.notes.clear()
        if any("Reading the project" in params for params in said):
            began = time.perf_counter()
        if any("Winnow is ready" in params for params in said):
            break
    return took, time.perf_counter() - began


def settle(client: Client) -> None:
    """Wait until no process that the server started works any more: the embedded engine reads the project too."""
    before = -1.0
    while (spent := client.seconds_of_children()) - before > SETTLED * SETTLING:
        before = spent
        time.sleep(SETTLING)


def percentile(took: list[float], share: int) -> float:
    return statistics.quantiles(took, n=100)[share - 1]


def measured(rounds: int, keystrokes: int, folder: Path) -> dict[str, list[float]]:
    """Milliseconds of every scenario, interleaved."""
    times: dict[str, list[float]] = {}
    endpoint = Endpoint()
    peers = {name: command for name, command in HOVERING.items() if shutil.which(command[0])}
    for _ in range(rounds):
        for name, command in {"cached": WINNOW, **PEERS}.items():
            client = Client(command, folder, replaying(folder, GHOST), {}, opens=False)
            times.setdefault(name, []).extend(cached(Keyboard(client, folder), keystrokes + WARM_UP)[WARM_UP:])
            client.end()
        times.setdefault("typed", []).extend(typed(folder, keystrokes + WARM_UP)[WARM_UP:])
        times.setdefault("full", []).extend(full(folder, endpoint, keystrokes // 4 + WARM_UP)[WARM_UP:])
        times.setdefault("endpoint", []).extend(over_a_socket(endpoint, keystrokes))
        times.setdefault("package", []).extend(by_the_package(endpoint, keystrokes // 4 + WARM_UP)[WARM_UP:])
        times.setdefault("joined", []).extend(joined(folder, endpoint, keystrokes // 10 + 5)[5:])
        for name, command in peers.items():
            times.setdefault(name, []).extend(hovering(command, folder, 60)[10:])
    endpoint.close()
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keystrokes", type=int, default=500)
    parser.add_argument("--lines", type=int, default=1_000_000, help="of the workspace to index; 0 leaves it out")
    parser.add_argument("--json", action="store_true", help="print the figures as one JSON object")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="winnow-latency-") as scratch:
        folder = Path(scratch)
        times = measured(arguments.rounds, arguments.keystrokes, folder)
        figures = {f"{name}_p{share}_ms": percentile(took, share) for name, took in times.items() for share in (50, 99)}
        figures |= starting(folder, 3 * arguments.rounds)
        if arguments.lines:
            figures |= indexing(folder, arguments.lines, arguments.keystrokes)
    figures = {name: round(figure, 4) for name, figure in figures.items()}
    if arguments.json:
        print(json.dumps(figures))
        return
    for name in times:
        p50, p99 = figures[f"{name}_p50_ms"], figures[f"{name}_p99_ms"]
        ratio = p50 / figures["bare_p50_ms"]
        print(f"{name:8} p50 {p50:7.3f} ms   p99 {p99:7.3f} ms   {ratio:6.1f}x the bare loop")
    for name, figure in figures.items():
        if name.rpartition("_p")[0] not in times:
            print(f"{name:20} {figure:,.1f}")


if __name__ == "__main__":
    main()
