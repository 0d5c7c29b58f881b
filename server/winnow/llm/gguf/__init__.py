"""A model file of this machine, served by llama.cpp in a process of its own that ends with this one.

``python -m winnow.llm.gguf`` is that process; ``Served`` is how the event loop sees it; ``choice`` remembers which
file ``winnow model use`` chose.
"""

from winnow.llm.gguf.choice import check_model, choose_model, chosen_model, forget_model
from winnow.llm.gguf.served import Served

__all__ = ["Served", "check_model", "choose_model", "chosen_model", "forget_model"]
