"""Writing: templates over facts, in the words that suit the person."""

from knowledge.playbook import Step
from language.state import Plan


def wording(step: Step, plan: Plan) -> str:
    """One of the step's wordings: short for terse people, and varied from turn to turn."""
    ways = step.terse if step.terse and plan.terse else step.say
    return ways[plan.messages_heard % len(ways)]
