"""An engine that completes lines by counts over the project: no model, no network.

It learns files (``Engine.learn``) and completes lines (``Engine.offer``), and runs in a process of its own
(``Process``), as learning takes the interpreter's lock for seconds.
"""

from winnow.llm.ngram.process import EngineDied, Process

__all__ = ["EngineDied", "Process"]
