"""What can be wrong with an endpoint, each in words that say what to do."""

from __future__ import annotations

import socket
import ssl
from typing import TYPE_CHECKING

from winnow.llm.provider import EndpointError
from winnow.llm.secrets import redact

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from winnow.llm.endpoint import Endpoint

_MODELS_NAMED = 8
_LONGEST_QUOTE = 200


class AilmentError(EndpointError):
    """An endpoint could not answer.

    ``transient``: asking again soon may help; ``retry_after``: in how many seconds, where the endpoint says so.
    """

    def __init__(
        self, says: str, *, status: int = 0, quote: str = "", transient: bool = False, retry_after: float | None = None
    ) -> None:
        super().__init__(says)
        self.status = status
        self.quote = quote
        self.transient = transient
        self.retry_after = retry_after


def of_status(endpoint: Endpoint, status: int, said: str, headers: Mapping[str, str], model: str) -> AilmentError:
    """What an HTTP status means; ``said`` is the endpoint's own message."""
    quote = quoted(said, endpoint)
    there = endpoint.shown
    match status:
        case 401:
            says = f"{there} did not accept the key (401): set {endpoint.key_variable} to a valid one."
        case 403:
            says = f"{there} forbids this key to use {model or 'its models'} (403): choose another model or key."
        case 404:
            says = f"{there} has no {model or 'such address'} (404): set winnow.openai.model, or mend the base URL."
        case 407:
            says = f"The proxy before {there} wants you to sign in (407): put it into HTTPS_PROXY, or set NO_PROXY."
        case 429 if "quota" in said.lower() or "billing" in said.lower():
            says = f"The quota at {there} is used up (429): raise it, or choose another endpoint."
        case 429:
            says = f"{there} is asked too often (429): wait, or lower winnow.eagerness."
        case _ if status >= 500:  # noqa: PLR2004 - the statuses of an ill server, as HTTP defines them
            says = f"{there} is ill ({status}): look at its log, or try again later."
        case _:
            says = f"{there} refused the request ({status}): check winnow.openai.model and winnow.openai.promptStyle."
    exhausted = status == 429 and "quota" in says  # noqa: PLR2004 - HTTP's number for too many requests
    transient = (status in {408, 409, 429} or status >= 500) and not exhausted  # noqa: PLR2004 - the same
    said_too = f" It said: {quote}" if quote else ""
    return AilmentError(
        says + said_too, status=status, quote=said, transient=transient, retry_after=_retry_after(headers)
    )


def of_missing_model(endpoint: Endpoint, model: str, models: Sequence[str]) -> AilmentError:
    """A model that is not there, with those that are."""
    there = ", ".join(models[:_MODELS_NAMED]) + (", ..." if len(models) > _MODELS_NAMED else "")
    return AilmentError(
        f"{endpoint.shown} has no model {model!r} (404): set winnow.openai.model to one of those it has: {there}.",
        status=404,
    )


def of_timeout(endpoint: Endpoint, seconds: float | None = None) -> AilmentError:
    """No answer, or not the end of one, in the time there was."""
    return AilmentError(
        f"{endpoint.shown} did not answer within {seconds or endpoint.timeout:g} s: "
        "check that the model is loaded, choose a smaller one, or raise winnow.openai.timeout.",
        transient=True,
    )


def of_connection(endpoint: Endpoint, error: BaseException) -> AilmentError:
    """No connection, or one that broke off."""
    there = endpoint.shown
    for cause in _causes(error):
        if isinstance(cause, socket.gaierror):
            return AilmentError(
                f"{there} cannot be found: check winnow.openai.baseUrl and the network.", transient=True
            )
        if isinstance(cause, ssl.SSLError):
            return AilmentError(
                f"The certificate of {there} is not trusted: point SSL_CERT_FILE to your organisation's certificates, "
                "or mend the base URL."
            )
        if isinstance(cause, FileNotFoundError | PermissionError):
            return AilmentError("The certificates that SSL_CERT_FILE names cannot be read: set it to a file of them.")
        if isinstance(cause, ConnectionRefusedError):
            return AilmentError(
                f"Nothing listens at {there}: start the model's server, or mend winnow.openai.baseUrl.", transient=True
            )
        if type(cause).__name__ == "ProxyError":
            return AilmentError(
                f"The proxy did not let {there} be reached: check HTTPS_PROXY and NO_PROXY.", transient=True
            )
    return AilmentError(f"The connection to {there} broke off: check that its server still runs.", transient=True)


def of_garbage(endpoint: Endpoint) -> AilmentError:
    """An answer that is no stream of completions."""
    return AilmentError(
        f"{endpoint.shown} answered with something that is no completion: check that winnow.openai.baseUrl names an "
        "OpenAI-compatible endpoint (most end in /v1)."
    )


def of_error_in_stream(endpoint: Endpoint, said: str) -> AilmentError:
    """An endpoint that began to answer and then said that it cannot."""
    return AilmentError(
        f"{endpoint.shown} broke off its answer: look at its log. It said: {quoted(said, endpoint)}", quote=said
    )


def quoted(said: str, endpoint: Endpoint) -> str:
    """An endpoint's own words, short and without the key that some repeat."""
    if endpoint.key:
        said = said.replace(endpoint.key, "...")
    said = redact(" ".join(said.split()))
    return said if len(said) <= _LONGEST_QUOTE else said[:_LONGEST_QUOTE] + "..."


def _retry_after(headers: Mapping[str, str]) -> float | None:
    for name, scale in (("retry-after-ms", 1e-3), ("retry-after", 1.0)):
        try:
            return max(0.0, scale * float(headers[name]))
        except (KeyError, ValueError):
            continue
    return None


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error and everything that led to it."""
    waiting: list[BaseException] = [error]
    seen: set[int] = set()
    while waiting:
        cause = waiting.pop()
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        waiting += [each for each in (cause.__cause__, cause.__context__) if each is not None]
        if isinstance(cause, BaseExceptionGroup):
            waiting += cause.exceptions
