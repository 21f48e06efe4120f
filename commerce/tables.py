"""Every table of the shop, imported so that the metadata is whole."""

from commerce.actions import models as actions
from commerce.behaviour import models as behaviour
from commerce.catalogue import models as catalogue
from commerce.identity import models as identity
from commerce.orders import models as orders
from commerce.payments import models as payments
from commerce.people import models as people
from commerce.places import models as places
from commerce.promises import models as promises
from commerce.supply import models as supply

__all__ = [
    "actions",
    "behaviour",
    "catalogue",
    "identity",
    "orders",
    "payments",
    "people",
    "places",
    "promises",
    "supply",
]
