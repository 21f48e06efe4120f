"""Changing where a customer lives. Orders that were placed go where they were to go."""

from typing import Literal

from pydantic import Field

from commerce.actions.base import Action, Change, Effect, PartReceipt, Verdict
from commerce.actions.on_order import ALLOWED, not_offered, refuse
from commerce.actions.outbox import tell
from commerce.identity.principal import Principal
from commerce.people.errors import CustomerNotFound
from commerce.people.models import Address, Customer
from commerce.people.service import People
from commerce.policies.schema import ProfileRules
from commerce.shop import Shop

ADDRESS = ProfileRules.clauses[0]


class ChangeDefaultAddress(Action):
    """Changes the address that new orders are filled in with."""

    kind: Literal["change_default_address"] = "change_default_address"
    customer_id: str = Field(max_length=60)
    """Whose; never taken from a model, but from the session."""
    address: Address

    def missing(self) -> CustomerNotFound:
        """No such customer."""
        return CustomerNotFound()

    async def _customer(self, shop: Shop) -> Customer:
        return await People(shop).lock(self.customer_id)

    async def owner(self, shop: Shop) -> str:
        """The customer."""
        return (await self._customer(shop)).id

    async def targets(self, shop: Shop) -> tuple[str, ...]:
        """The customer's address."""
        return (f"address:{self.customer_id}",)

    async def check(self, shop: Shop, by: Principal) -> Verdict:
        """Whether the shop keeps an address there."""
        customer = await self._customer(shop)
        rules = shop.policies.offered(ProfileRules, shop.today)
        if rules is None:
            return not_offered("change your address")
        if self.address.country not in rules.countries:
            there = ", ".join(rules.countries)
            return refuse(f"Your address must be in one of these countries: {there}.", ADDRESS)
        if customer.address and Address.model_validate(customer.address) == self.address:
            return refuse("This is your address already.", ADDRESS)
        return ALLOWED

    async def preview(self, shop: Shop) -> Effect:
        """The address before and after."""
        return self._effect(await self._customer(shop))

    def _effect(self, customer: Customer) -> Effect:
        before = Address.model_validate(customer.address).one_line() if customer.address else ""
        after = self.address.one_line()
        return Effect(
            kind=self.kind,
            title="Change your default address",
            sentence=f"Change your default address to {after}.",
            changes=(Change(label="Default address", before=before, after=after),),
            keeps=("Orders you have placed still go to the address they were placed with.",),
            clauses=(ADDRESS,),
        )

    async def apply(self, shop: Shop, receipt_id: str) -> PartReceipt:
        """Write the new address onto the customer."""
        customer = await self._customer(shop)
        effect = self._effect(customer)
        customer.address = self.address.model_dump()
        customer.version += 1
        await tell(shop, "customer.address_changed", {"customer_id": customer.id, "receipt_id": receipt_id})
        return effect.done(f"Your default address is now {self.address.one_line()}.")
