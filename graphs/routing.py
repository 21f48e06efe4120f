"""Which specialist a turn belongs to. Local: sentence vectors against the specialists' procedures."""

from agents.roster import FIRST
from knowledge.playbook import SHARED
from language.understand import Understanding

CLEARLY = 0.2
"""How much better another specialist's best procedure must fit for the conversation to change hands."""


def choose(text: str, active: str, understanding: Understanding, allowed: frozenset[str]) -> str:
    """The specialist for a message: the active one, unless another is clearly better.

    Args:
        text: What the customer wrote.
        active: Who has the conversation; empty at its beginning.
        understanding: Reads the message.
        allowed: The specialists the audience has a right to.
    """
    heard = understanding.read(text)
    current = active if active in allowed else FIRST.name
    for request in heard.requests:
        best: dict[str, float] = {}
        for name, score in request.scores.items():
            specialist = understanding.playbook[name].specialist
            if specialist != SHARED:
                best[specialist] = max(best.get(specialist, 0.0), score)
        winner = max((each for each in best if each in allowed), key=lambda each: best[each], default=current)
        if winner != current and best[winner] - best.get(current, 0.0) >= CLEARLY:
            return winner
        if not understanding.playbook[request.best].social:
            return current
    return current
