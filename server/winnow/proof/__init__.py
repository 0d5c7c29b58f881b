"""Try a candidate before anybody sees it: whether it parses, and whether the affected tests still pass.

The tests run in the user's own interpreter, confined, on the text in the editor; see ``agent`` for that side.
"""

from winnow.proof.agent.record import is_own
from winnow.proof.interpreter import NoTestsError
from winnow.proof.looking import Function, Question, Sight, Step
from winnow.proof.means import Means
from winnow.proof.prover import Prover
from winnow.proof.reach import Past

__all__ = ["Function", "Means", "NoTestsError", "Past", "Prover", "Question", "Sight", "Step", "is_own"]
