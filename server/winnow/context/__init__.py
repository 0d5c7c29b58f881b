"""Choose what the model should read. No input or output happens here: what is known comes in, a context goes out."""

from winnow.context.gather import BUDGET, gather
from winnow.context.sources import Definition, Enclosing, Names, Outline, Problem, Seen, Trace

__all__ = ["BUDGET", "Definition", "Enclosing", "Names", "Outline", "Problem", "Seen", "Trace", "gather"]
