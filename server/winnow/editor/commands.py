"""``workspace/executeCommand``: what a person can ask for by name."""

from __future__ import annotations

import asyncio
from inspect import signature
from typing import TYPE_CHECKING, Any

from pygls.exceptions import JsonRpcInvalidParams

from winnow import learn, rehearse, repair
from winnow.editor import configuration, question
from winnow.journal import explain, spent_says, state_directory
from winnow.report import write
from winnow.uris import path_of
from winnow.words import short_name

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from winnow.editor.server import WinnowServer
    from winnow.facts import Snapshot, TestResult
    from winnow.findings import Finding
    from winnow.proof import Prover
    from winnow.session import Folder, Session

WHY_LAST = 5
LONGEST = 1_000_000
"""Characters; no suggestion has more."""
FOR_A_PERSON = frozenset(
    f"winnow.{name}"
    for name in ("repair", "explain", "explainFixes", "hint", "attempts", "why", "usage", "doctor", "resume")
)
"""Commands that answer in words; an editor that drops the answer of a command is asked to show it."""


def register(server: WinnowServer) -> None:
    """Name every command; each takes its arguments as JSON and answers with JSON."""
    table: dict[str, Callable[..., Any]] = {
        "winnow.accepted": lambda identity: _gone(server, identity, learn.accept),
        "winnow.dismissed": lambda identity: _gone(server, identity, learn.dismiss),
        "winnow.partlyAccepted": lambda identity, size: _partly(server, identity, size),
        "winnow.why": lambda: _why(server),
        "winnow.state": server.client.state,
        "winnow.runAffected": lambda: _run_affected(server),
        "winnow.runAll": lambda: _run_all(server),
        "winnow.runTest": lambda test: _run_tests(server, [test]),
        "winnow.runTests": lambda tests: _run_tests(server, tests),
        "winnow.stop": lambda: _stop(server),
        "winnow.repair": lambda test: _repair(server, test),
        "winnow.explain": lambda test: _told(server, test, repair.explain),
        "winnow.explainFixes": lambda test: _told(server, test, repair.explain_fixes),
        "winnow.hint": lambda test: _told(server, test, repair.hint),
        "winnow.attempts": lambda test: _attempts(server, test),
        "winnow.ask": lambda test: _ask(server, test),
        "winnow.pause": lambda: configuration.choose(server, "paused", value=True),
        "winnow.resume": lambda: _resume(server),
        "winnow.trust": lambda: configuration.choose(server, "trusted", value=True),
        "winnow.setEagerness": lambda eagerness: configuration.choose(server, "eagerness", eagerness),
        "winnow.usage": lambda: _usage(server),
        "winnow.report": lambda: _report(server),
        "winnow.doctor": lambda: _doctor(server),
    }
    for name, act in table.items():
        server.command(name)(_command(server, name, act))


def _command(server: WinnowServer, name: str, act: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
    takes = signature(act)

    async def run(*arguments: Any) -> Any:
        try:
            takes.bind(*arguments)
        except TypeError as error:
            wanted = ", ".join(takes.parameters) or "none"
            raise JsonRpcInvalidParams(f"The arguments do not fit ({error}); wanted: {wanted}.") from None
        answer = act(*arguments)
        try:
            said = await answer if hasattr(answer, "__await__") else answer
        except asyncio.CancelledError:
            return {"text": "Stopped."}  # the person pressed stop, and that is an answer
        if name in FOR_A_PERSON and not server.shows_answers:
            await server.client.show(name.replace(".", "-"), said["text"])
        return said

    return run


def _gone(server: WinnowServer, identity: object, learned: Callable[[str, Session], None]) -> None:
    """A suggestion has left the screen, and its evidence leaves the status bar."""
    learned(_named(identity), server.session)
    server.client.stands()


def _partly(server: WinnowServer, identity: object, size: object) -> None:
    if not isinstance(size, int) or not 0 <= size <= LONGEST:
        raise JsonRpcInvalidParams(f"{size!r} is not the number of characters that were taken.")
    learn.accept_part(_named(identity), size, server.session)


def _named(identity: object) -> str:
    if not isinstance(identity, str):
        raise JsonRpcInvalidParams(f"{identity!r} names no suggestion: its name came with it, in its command.")
    return identity


async def _why(server: WinnowServer) -> dict[str, str]:
    rows = await asyncio.to_thread(server.session.journal.decisions, WHY_LAST)
    return {"text": "\n\n".join(explain(row.decision) for row in rows) or "Nothing has been decided yet."}


async def _resume(server: WinnowServer) -> dict[str, str]:
    """End the pause everywhere; pauses of languages and folders are settings of their own, and stand."""
    await configuration.choose(server, "paused", value=False)
    settings = server.session.settings
    folders = [*map(server.names.outside_path, settings.paused_folders)]
    set_so = {"winnow.pausedLanguages": settings.paused_languages, "winnow.pausedFolders": folders}
    paused = [f"{key} ({', '.join(names)})" for key, names in set_so.items() if names]
    return {"text": f"Awake, but for {' and '.join(paused)}." if paused else "Awake."}


async def _usage(server: WinnowServer) -> dict[str, str]:
    spent = await asyncio.to_thread(server.session.journal.spent)
    try:
        return {"text": spent_says(spent, server.session.settings.prices)}
    except ValueError as error:
        return {"text": f"winnow.openai.prices: {error}"}


async def _report(server: WinnowServer) -> dict[str, str]:
    page = state_directory() / "report.html"
    await asyncio.to_thread(write, server.session.journal, page)
    return {"path": str(page)}


async def _run_all(server: WinnowServer) -> dict[str, str]:
    says = [await _attended(server, folder, None) for folder in await _folders(server)]
    return {"text": "; ".join(says) or "No workspace folder is open."}


async def _run_affected(server: WinnowServer) -> dict[str, str]:
    says: list[str] = []
    for folder in await _folders(server):
        tests = await _reaching(folder.prover, server.session.workspace.snapshot) if folder.prover else None
        if tests != []:
            says.append(await _attended(server, folder, tests))
    return {"text": "; ".join(says) or "No test reaches a file that is open."}


async def _folders(server: WinnowServer) -> tuple[Folder, ...]:
    """The folders of the workspace, once none is being opened: other settings may open them anew."""
    async with server.session.opening:
        return server.session.folders


async def _reaching(prover: Prover, snapshot: Snapshot) -> list[str]:
    """The tests that run code of an open file, and those that never ran and may; what was edited last comes first."""
    files = {path_of(uri) for uri in snapshot.documents}
    tests, reached = await prover.collect(), prover.reached()
    edited = await asyncio.to_thread(prover.affected, snapshot)
    known = [test for test in tests if test not in reached or not files.isdisjoint(path for path, _ in reached[test])]
    return [*dict.fromkeys([*edited, *known])]


async def _attended(server: WinnowServer, folder: Folder, tests: Sequence[str] | None) -> str:
    """Run tests of a folder by a name of their own: typing on does not end what the person asked for, stopping does."""
    return await server.session.attend(f"run {folder.path}", rehearse.run_tests, folder, server.session, tests)


async def _run_tests(server: WinnowServer, names: list[str]) -> dict[str, str]:
    wanted = frozenset(names)
    says: list[str] = []
    for folder in await _folders(server):
        known = folder.prover.tests() if folder.prover is not None else ()
        if tests := [test for test in known if str(folder.key(test)) in wanted]:
            says.append(await _attended(server, folder, tests))
    return {"text": "; ".join(says) or "No workspace folder knows these tests."}


def _known(server: WinnowServer, name: str) -> tuple[Finding, Folder] | None:
    """A test that has run, by the name that an editor has for it, and its folder."""
    finding = next((each for key, each in server.session.findings.items() if str(key) == name), None)
    folders = (folder for folder in server.session.folders if finding and folder.path == finding.key.folder)
    return next(((finding, folder) for folder in folders if finding), None)


def _stop(server: WinnowServer) -> None:
    for folder in server.session.folders:
        for what in ("rehearse", "repair", "run", "mend"):
            server.session.stop(f"{what} {folder.path}")


async def _repair(server: WinnowServer, test: str) -> dict[str, Any]:
    if (known := _known(server, test)) is None:
        return {"text": f"{test} is not failing here."}
    finding, folder = known
    spent = ""
    async with server.client.progress("Looking for a fix") as bar:

        def report(message: str, percentage: int | None) -> None:
            nonlocal spent
            spent = message
            bar(message, percentage)

        found = await server.session.attend(
            f"mend {folder.path}", repair.repair, folder, server.session, (finding.result,), report
        )
    after = server.session.findings.get(finding.key, finding)
    near = "; what came nearest is in its menu, unproven" if after.nearest else ""
    titles = [fix.title for fix in found] or [f"No fix was found that turns the test green{near}"]
    return {"text": "\n".join(titles) + (f" ({spent})." if spent else ".")}


async def _attempts(server: WinnowServer, test: str) -> dict[str, str]:
    """Put what came nearest to a fix into the menu of a failing test, each marked with what still fails."""
    if (known := _known(server, test)) is None:
        return {"text": f"{test} is not failing here."}
    failure, folder = known[0].result, known[1]
    async with server.client.progress("Trying the unproven attempts once more"):
        shown = await server.session.attend(f"mend {folder.path}", repair.attempts, failure, folder, server.session)
    if not shown:
        return {"text": f"Nothing that was tried comes near a fix of {short_name(test)} on the code as it is now."}
    return {"text": "\n".join(["These are in the quick-fix menu of the test now:", *(fix.title for fix in shown)])}


async def _told(
    server: WinnowServer, test: str, tell: Callable[[TestResult, Folder, Session], Awaitable[str]]
) -> dict[str, str]:
    """Something said of a failing test, once its run has been looked into."""
    if (known := _known(server, test)) is None:
        return {"text": f"{test} has not run."}
    finding, folder = known
    async with server.client.progress("Looking into the failing run"):
        text = await tell(finding.result, folder, server.session)
    return {"text": text.replace(f"{folder.path}/", f"{server.names.outside_path(folder.path)}/")}


async def _ask(server: WinnowServer, test: str) -> dict[str, str]:
    if (known := _known(server, test)) is None:
        return {"text": f"{test} is not failing here."}
    return await question.ask(server, known[0])


async def _doctor(server: WinnowServer) -> dict[str, str]:
    health = await server.session.provider.probe()
    lines = [f"{server.session.provider.name}: {health.says}"]
    provers = [(folder.path, folder.prover) for folder in server.session.folders if folder.prover]
    lines += [f"{path}: {(await prover.describe()).says}" for path, prover in provers]
    return {"text": "\n".join(lines)}
