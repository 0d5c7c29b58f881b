"""One question where several fixes pass every test and differ: the person's answer picks one (ConAIR, 2025)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winnow import learn
from winnow.editor import kept_answer
from winnow.editor.code_action import edit_of
from winnow.words import short_name

if TYPE_CHECKING:
    from winnow.editor.server import WinnowServer
    from winnow.findings import Ambiguity, Finding, Fix

CHANGED = "The code has changed since this question arose. It is asked again when the tests still fail."


def wording(question: Ambiguity) -> str:
    """The question as a person reads it: "Should `f(3)` be 6 or 9?"."""
    answers = [told(answer) for answer, _ in question.answers]
    return f"Should `{question.call}` be {' or '.join([', '.join(answers[:-1]), answers[-1]])}?"


def told(answer: str) -> str:
    """An answer in words: a value as it is written in code, an exception by its name."""
    return f"an error ({answer[1:]})" if answer.startswith("!") else answer


def _offered(answer: str, fix: Fix) -> str:
    """An answer with what it would change: "6: compare with `>`, 4 tests pass"."""
    return f"{told(answer)}: {_change(fix)}"


def _change(fix: Fix) -> str:
    return fix.title.removeprefix("Fix: ")


async def ask(server: WinnowServer, failure: Finding) -> dict[str, str]:  # noqa: PLR0911 - each ends the talk in its own words
    """Ask, apply the fix that the answer picks, and offer to keep the answer as a test."""
    name = short_name(failure.result.test)
    question = failure.ambiguity
    if question is None:
        return {"text": f"There is no open question about {name}."}
    if not all(map(server.session.stands, question.fixes)):
        return {"text": CHANGED}
    answers = {_offered(answer, fix): (answer, fix) for answer, fix in question.answers}
    why = f"No test says, and each of these turns {name} green."
    chosen = await server.client.choose(f"{wording(question)} {why}", list(answers))
    if chosen is None:
        return {
            "text": f"{wording(question)} This editor cannot ask: write the answer as a test, and its fix is offered."
        }
    if chosen not in answers:
        return {"text": "The question stays open: nothing was changed."}
    answer, fix = answers[chosen]
    edit = await edit_of(server, fix)
    if edit is None:
        return {"text": CHANGED}
    server.session.decide(fix.suggestion.decision)
    if refused := await server.client.apply(edit, fix.title):
        return {"text": f"The editor did not apply the fix: {refused}. Make it by hand: {_change(fix)}."}
    learn.accept(fix.suggestion.candidate.id, server.session)
    kept = await kept_answer.offer_to_keep(server, failure, question, answer)
    return {"text": " ".join(filter(None, [f"Done: {_change(fix)}.", kept]))}
