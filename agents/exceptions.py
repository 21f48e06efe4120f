"""Order exceptions: parcels that are late or lost, items that ran out of stock."""

from agents.specialist import Specialist

EXCEPTIONS = Specialist(
    name="exceptions",
    charter="You solve what goes wrong with an order after it was placed: late or lost parcels, items that ran "
    "out of stock. Say what happened, what was promised, and what can be done now.",
)
