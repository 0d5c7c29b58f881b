"""JSON-RPC as the editor speaks it: pygls's protocol, with a short way for the two messages sent at every keystroke.

``didChange`` and ``inlineCompletion`` go past the typed structures, as plain dictionaries through orjson; the rest
takes pygls's ordinary way. Every malformed message gets an answer that says what is wrong, and the server goes on.
"""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol

from winnow.editor import wire

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
INVALID_PARAMS = -32602
CANCELLED = -32800
INTERNAL = -32603
NOT_INITIALIZED = -32002


class Protocol(LanguageServerProtocol):
    """Dispatches one connection's messages."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.direct_notifications: dict[str, Callable[[dict[str, Any]], None]] = {types.CANCEL_REQUEST: self._cancel}
        self.direct_requests: dict[str, Callable[[dict[str, Any]], Any]] = {}
        self.write: Callable[[bytes], Any] = lambda _: None
        self.leave: Callable[[int], Any] = lambda _: None
        self.answered: int | str | None = None
        self.started: Callable[[], bool] = lambda: True

    def receive(self, body: bytes) -> None:
        """Take in one frame."""
        try:
            message = wire.parse(body)
        except wire.MalformedError as error:
            log.warning("%s", error)
            self._refuse(None, PARSE_ERROR, str(error))
            return
        method, identity = message.get("method"), message.get("id")
        if method == types.EXIT:
            self.leave(0 if self._shutdown else 1)
            return
        if not self.started() and method not in {types.INITIALIZE, None}:
            if identity is not None:
                self._refuse(identity, NOT_INITIALIZED, "The editor has not said hello yet.")
        elif method in self.direct_notifications and not self._shutdown:
            self._direct_notification(method, message.get("params"))
        elif method in self.direct_requests and not self._shutdown:
            self._direct_request(method, identity, message.get("params"))
        elif method is None and identity is not None:
            self._receive_answer(identity, message)
        elif self._shutdown and identity is not None:
            self._refuse(identity, INVALID_REQUEST, "The server is shutting down.")
        else:
            self._receive_typed(message)

    def _receive_answer(self, identity: Any, message: dict[str, Any]) -> None:
        """Hand on what an editor answers; nobody waits for what comes after its patience ended or it was stopped."""
        waiting = self._request_futures.get(identity)
        if waiting is None or waiting.done():
            self._request_futures.pop(identity, None)
        else:
            self._receive_typed(message)

    def _cancel(self, params: dict[str, Any]) -> None:
        """End a request that is under way. An editor cannot know that its answer has just been sent: no error."""
        if (task := self._request_futures.pop(params["id"], None)) is not None:
            task.cancel()

    def _receive_typed(self, message: dict[str, Any]) -> None:
        try:
            structured = self.structure_message(message)
        except JsonRpcException:
            named = message.get("method", "a response")
            log.warning("The parameters of %s do not have the form that the protocol gives them", named)
            if "method" in message and message.get("id") is not None:
                self._refuse(message["id"], INVALID_PARAMS, f"The parameters of {named} do not have the right form.")
            return
        self.handle_message(structured)

    def _direct_notification(self, method: str, params: Any) -> None:
        try:
            self.direct_notifications[method](params)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            log.warning("%s was ignored: %s: %s", method, type(error).__name__, error)
        except Exception:
            log.exception("%s failed", method)

    def _direct_request(self, method: str, identity: Any, params: Any) -> None:
        try:
            result = self.direct_requests[method](params)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            self._refuse(identity, INVALID_PARAMS, f"The parameters of {method} do not have the right form: {error!r}.")
            return
        except Exception as error:
            log.exception("%s failed", method)
            self._refuse(identity, INTERNAL, f"{type(error).__name__}: {error}")
            return
        if asyncio.iscoroutine(result):
            task = asyncio.ensure_future(result)
            self._request_futures[identity] = task  # type: ignore[assignment]  # pygls keeps tasks here too
            task.add_done_callback(partial(self._answer_later, identity))
        else:
            self._answer(identity, result)

    def _answer_later(self, identity: Any, task: asyncio.Future[Any]) -> None:
        self._request_futures.pop(identity, None)
        if task.cancelled():
            self._refuse(identity, CANCELLED, "The request was cancelled.")
        elif (error := task.exception()) is not None:
            log.error("A request failed", exc_info=error)
            self._refuse(identity, INTERNAL, f"{type(error).__name__}: {error}")
        else:
            self._answer(identity, task.result())

    def _answer(self, identity: Any, result: Any) -> None:
        self.write(wire.frame({"jsonrpc": "2.0", "id": identity, "result": result}))

    def _refuse(self, identity: Any, code: int, message: str) -> None:
        self.write(wire.frame({"jsonrpc": "2.0", "id": identity, "error": {"code": code, "message": message}}))

    def complain(self, message: str) -> None:
        """Answer what was not even a frame."""
        log.warning("%s", message)
        self._refuse(None, PARSE_ERROR, message[:1].upper() + message[1:] + ".")

    def tell(self, method: str, params: Any) -> None:
        """Send a notification given as a dictionary: many times faster than the typed way on large ones."""
        self.write(wire.frame({"jsonrpc": "2.0", "method": method, "params": params}))

    def _send_data(self, data: Any) -> None:
        """Serialise with orjson what pygls sends."""
        if self.answered is not None and getattr(data, "id", None) == self.answered and hasattr(data, "result"):
            self.answered = None  # the editor was greeted before this process could do anything else
        elif data:
            self.write(wire.frame(data, self._serialize_message))
