"""Customers: who they are, where they live, how they pay, what they are worth."""

from collections.abc import Sequence
from dataclasses import dataclass

from commerce.people.errors import CustomerNotFound
from commerce.people.models import Address, Customer, PaymentMethod
from commerce.people.repository import PeopleRepository
from commerce.shop import Shop


@dataclass(frozen=True, slots=True)
class CustomerValue:
    """What a customer has brought so far, minor units, without tax and shipping."""

    orders: int
    """Orders that were not cancelled."""
    revenue: int
    """Paid for goods that were neither cancelled nor sent back."""
    margin: int
    """Revenue less what those goods cost the shop."""


class People:
    """Looks customers up."""

    def __init__(self, shop: Shop) -> None:
        self._people = PeopleRepository(shop.session)

    async def get(self, customer_id: str) -> Customer:
        """A customer.

        Raises:
            CustomerNotFound: nobody has the id.
        """
        customer = await self._people.by_id(customer_id)
        if customer is None:
            raise CustomerNotFound
        return customer

    async def lock(self, customer_id: str) -> Customer:
        """A customer whom nobody else changes until the transaction ends.

        Raises:
            CustomerNotFound: nobody has the id.
        """
        customer = await self._people.lock(customer_id)
        if customer is None:
            raise CustomerNotFound
        return customer

    async def address(self, customer_id: str) -> Address | None:
        """The customer's own address, where one is known."""
        stored = (await self.get(customer_id)).address
        return Address.model_validate(stored) if stored else None

    async def payment_methods(self, customer_id: str) -> Sequence[PaymentMethod]:
        """The customer's ways to pay, oldest first."""
        return await self._people.payment_methods(customer_id)

    async def value(self, customer_id: str) -> CustomerValue:
        """What the customer has brought to date."""
        orders, revenue, cost = await self._people.trade(customer_id)
        return CustomerValue(orders=orders, revenue=revenue, margin=revenue - cost)
