"""What is learned of one person: small Gaussian corrections to the prior, one for each thing that may differ.

Every correction (their bias, a model's scale and bias, a feature's weight, the weight of evidence) starts at zero with
a variance fitted on many people, and every observed decision moves it by a Kalman step on the logistic likelihood
(the assumed-density filtering of Graepel et al., 2010). A little variance comes back with time, so that a person who
changes is followed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from winnow.gate.prior import sigmoid

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION = 2
KEPT: Mapping[str, float] = MappingProxyType({"kept": 1.0})
"""What may differ in how much of what they accept a person keeps."""
_RETURNS = 0.004
"""The share of the first variance that each observation gives back."""
_WATCHED = 0.03
_DRIFTED = 0.05
_ENOUGH = 40
_LARGEST = 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Corrections by name as (mean, variance), counts, and how well corrected and frozen predictions have done."""

    corrections: Mapping[str, tuple[float, float]] = field(default_factory=lambda: MappingProxyType({}))
    observed: int = 0
    taken: int = 0
    loss: float = 0.0
    frozen_loss: float = 0.0

    @property
    def drifted(self) -> bool:
        """Whether the corrections have lately done worse than the prior alone: then the prior speaks alone."""
        return self.observed >= _ENOUGH and self.loss > self.frozen_loss + _DRIFTED

    def correct(self, inputs: Mapping[str, float], variances: Mapping[str, float]) -> tuple[float, float]:
        """The mean and the variance of the correction to a logit. ``variances`` holds the first one by kind."""
        mean = variance = 0.0
        for name, value in inputs.items():
            its_mean, its_variance = self.corrections.get(name) or (0.0, variances[kind_of(name)])
            mean += its_mean * value
            variance += its_variance * value * value
        return mean, variance

    def observe(
        self, inputs: Mapping[str, float], variances: Mapping[str, float], logit: float, *, taken: bool
    ) -> Person:
        """This person after one more decision on a suggestion whose uncorrected log-odds were ``logit``."""
        mean, variance = self.correct(inputs, variances)
        corrected = sigmoid((logit + mean) / math.sqrt(1.0 + math.pi * variance / 8.0))
        return replace(
            self._moved(inputs, variances, logit, yes=taken),
            observed=self.observed + 1,
            taken=self.taken + taken,
            loss=self.loss + _WATCHED * (_surprise(corrected, taken=taken) - self.loss),
            frozen_loss=self.frozen_loss + _WATCHED * (_surprise(sigmoid(logit), taken=taken) - self.frozen_loss),
        )

    def survived(self, variances: Mapping[str, float], logit: float, *, kept: bool) -> Person:
        """This person after what they accepted was found kept or undone; ``logit`` is how likely it was to be kept."""
        return self._moved(KEPT, variances, logit, yes=kept)

    def _moved(self, inputs: Mapping[str, float], variances: Mapping[str, float], logit: float, *, yes: bool) -> Person:
        """One Kalman step of every correction that is present in ``inputs``."""
        mean, variance = self.correct(inputs, variances)
        probability = sigmoid(logit + mean)
        weight = max(probability * (1.0 - probability), 1e-3)
        corrections = dict(self.corrections)
        for name, value in inputs.items():
            first = variances[kind_of(name)]
            its_mean, its_variance = corrections.get(name) or (0.0, first)
            gain = its_variance * value / (variance + 1.0 / weight)
            its_mean += gain * (yes - probability) / weight
            its_variance = min(its_variance * (1.0 - gain * value) + _RETURNS * first, first)
            corrections[name] = (its_mean, its_variance)
        return replace(self, corrections=MappingProxyType(corrections))

    def as_json(self) -> dict[str, Any]:
        """What was learned, as JSON."""
        return {
            "version": VERSION,
            "corrections": {name: list(pair) for name, pair in self.corrections.items()},
            "observed": self.observed,
            "taken": self.taken,
            "loss": self.loss,
            "frozen_loss": self.frozen_loss,
        }

    @classmethod
    def of(cls, learned: Mapping[str, Any]) -> Person:
        """The person that was written by ``as_json``. Raises ValueError when it is damaged or newer."""
        version = learned.get("version")
        if isinstance(version, int) and version > VERSION:
            raise ValueError(
                f"What was learned of you was written by a newer Winnow (version {version}, this one reads {VERSION}): "
                "update Winnow, or start afresh with `winnow gate reset`."
            )
        try:
            return cls(
                corrections=MappingProxyType(
                    {
                        str(name): (_number(mean), _number(spread))
                        for name, (mean, spread) in learned["corrections"].items()
                    }
                ),
                observed=int(_number(learned["observed"])),
                taken=int(_number(learned["taken"])),
                loss=_number(learned["loss"]),
                frozen_loss=_number(learned["frozen_loss"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ValueError(
                f"What was learned of you cannot be read ({error!r}): "
                "start afresh with `winnow gate reset`, or bring an export back with `winnow gate import FILE`."
            ) from error


def kind_of(name: str) -> str:
    """What sort of correction a name stands for: the part before the colon."""
    return name.partition(":")[0]


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < _LARGEST:
        raise ValueError(f"{value!r} is not a usable number")
    return float(value)


def _surprise(probability: float, *, taken: bool) -> float:
    """The negative logarithm of the probability of what happened."""
    return -math.log(max(probability if taken else 1.0 - probability, 1e-6))
