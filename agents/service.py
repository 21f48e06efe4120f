"""Service: orders, changes to them, policies, products."""

from agents.specialist import Specialist

SERVICE = Specialist(
    name="service",
    charter="You help customers with their orders, with changes to them, and with questions about products and "
    "policies.",
)
