"""Every specialist there is."""

from agents.exceptions import EXCEPTIONS
from agents.service import SERVICE
from agents.specialist import Specialist

SPECIALISTS: dict[str, Specialist] = {each.name: each for each in (SERVICE, EXCEPTIONS)}
FIRST = SERVICE
"""Who begins a conversation."""
