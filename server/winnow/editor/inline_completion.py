"""``textDocument/inlineCompletion``: ghost text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from winnow import follow, suggest
from winnow.editor import positions
from winnow.facts import Moment
from winnow.session import now
from winnow.uris import path_of

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterable

    from winnow.editor.server import WinnowServer
    from winnow.facts import Suggestion
    from winnow.text import Text

INVOKED = types.InlineCompletionTriggerKind.Invoked.value


def register(server: WinnowServer) -> None:
    """Answer inline completions; pygls advertises them only when it is given options."""
    server.feature(types.TEXT_DOCUMENT_INLINE_COMPLETION, types.InlineCompletionOptions())(lambda _: None)
    server.protocol.direct_requests[types.TEXT_DOCUMENT_INLINE_COMPLETION] = lambda params: answer(server, params)


def answer(server: WinnowServer, params: dict[str, Any]) -> dict[str, Any] | Coroutine[Any, Any, Any] | None:
    """What fits already is answered at once; the rest is asked for, and cancelled when the user types on."""
    session = server.session
    snapshot = session.workspace.snapshot
    document = snapshot.documents.get(server.names.inside(params["textDocument"]["uri"]))
    if document is None:
        return None
    moment = Moment(
        snapshot=snapshot,
        uri=document.uri,
        offset=positions.offset(document.text, params["position"], server.units),
        at=now(),
        asked=params.get("context", {}).get("triggerKind") == INVOKED,
    )
    paused = session.settings.silent_in(document.language, path_of(document.uri))
    if not (moment.asked or paused) and (known := suggest.recall(moment, session)) is not None:
        return items(server, moment, (known,))
    return _asked(server, moment)


async def _asked(server: WinnowServer, moment: Moment) -> dict[str, Any] | None:
    return items(server, moment, await follow.follow(moment, server.session))


def items(server: WinnowServer, moment: Moment, offers: Iterable[Suggestion]) -> dict[str, Any]:
    """The suggestions as the protocol has them; accepting one runs a command, which is how we learn of it."""
    document = server.session.workspace.snapshot.documents.get(moment.uri, moment.document)
    return {"items": [_item(offer, document.text, server.units) for offer in offers]}


def _item(offer: Suggestion, text: Text, units: str) -> dict[str, Any]:
    edit = offer.candidate.edits[0]
    start = positions.position(text, edit.start, units)
    end = start if edit.end == edit.start else positions.position(text, edit.end, units)
    accepted = {"title": offer.decision.detail, "command": "winnow.accepted", "arguments": [offer.candidate.id]}
    return {"insertText": edit.text, "range": {"start": start, "end": end}, "command": accepted}
