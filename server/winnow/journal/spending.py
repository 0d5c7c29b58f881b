"""What requests to models took, in words: one wording for the terminal and every editor."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from winnow.journal.rows import Spent

_MILLION = 1e6


def prices_of(words: Iterable[str]) -> Mapping[str, tuple[float, float]]:
    """Prices of a million tokens of the prompt and of the answer, by model, from ``MODEL=PROMPT/ANSWER``.

    Raises ValueError for words of another form.
    """
    prices = {}
    for word in words:
        model, _, price = word.rpartition("=")
        prompt, _, answer = price.partition("/")
        try:
            prices[model.strip()] = float(prompt), float(answer)
        except ValueError:
            raise ValueError(
                f"{word!r} is no price: write MODEL=PROMPT/ANSWER, such as gpt-5-mini=0.25/2.00."
            ) from None
    return prices


def spent_says(spent: Sequence[Spent], prices: Iterable[str] = ()) -> str:
    """A line for each model and purpose. Raises ValueError for prices that are none."""
    priced = prices_of(prices)
    return "\n".join(_line(each, priced.get(each.model)) for each in spent) or "Nothing was asked of a model."


def _line(spent: Spent, price: tuple[float, float] | None) -> str:
    requests = f"{spent.requests:,} request" + ("" if spent.requests == 1 else "s")
    estimated = spent.requests - spent.counted
    parts = [
        f"{spent.model} ({spent.provider}), {spent.purpose}: {requests}",
        f"{spent.prompt:,} tokens asked, {spent.answer:,} answered",
        f"{spent.seconds / spent.requests:.1f} s each",
    ]
    if price is not None:
        parts.append(f"{(spent.prompt * price[0] + spent.answer * price[1]) / _MILLION:.4f} in money")
    if estimated:
        parts.append(f"{estimated:,} of them estimated, as they were left before the endpoint counted")
    return "; ".join(parts)
