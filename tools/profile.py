"""What the shop has on file for a customer, and changing it."""

from langchain_core.tools import tool

from commerce.actions.change_default_address import ChangeDefaultAddress
from commerce.actions.change_payment import ChangePayment
from commerce.orders.service import Orders
from commerce.people.models import Address, Filled, Line
from commerce.people.service import People
from commerce.policies.schema import ExchangeRules, ItemChangeRules, ReturnRules
from core.errors import Invalid
from tools.changes import propose
from tools.orders import OrderNumber, Runtime, customer_of
from tools.paying import Pay, method_of
from tools.results import Artifact, Result, compact, guarded


@tool(response_format="content_and_artifact")
@guarded
async def my_details(runtime: Runtime) -> tuple[Result, Artifact]:
    """What is on file for the customer: e-mail, addresses, payment methods, gift-card balance in minor units."""
    async with runtime.context.bench.looking() as shop:
        by = await customer_of(runtime.context, shop)
        people = People(shop)
        customer = await people.get(str(by.customer_id))
        address = await people.address(customer.id)
        methods = [
            compact(each.model_dump(include={"id", "label", "kind", "brand", "last4", "balance", "currency"}))
            | {"label": each.label}
            for each in await people.payment_methods(customer.id)
        ]
        rules = {each.policy: shop.policies.offered(each, shop.today) for each in (ItemChangeRules, ExchangeRules)}
        must_choose = {name: bool(each and each.choose_method) for name, each in rules.items()}
        must_choose["returns"] = shop.policies.rules(ReturnRules, shop.today).choose_method
        sent_to = await Orders(shop).addresses_for(customer.id)
        known = list(dict.fromkeys([*([address] if address else []), *sent_to]))
        return {
            "email": customer.email,
            "address": address.model_dump() if address else None,
            "addresses": [compact(each) for each in known],
            "payment_methods": methods,
            "must_choose": must_choose,
        }, Artifact()


@tool(response_format="content_and_artifact")
@guarded
async def propose_payment_change(order_number: OrderNumber, pay_with: Pay, runtime: Runtime) -> tuple[Result, Artifact]:
    """Propose that an order which is not sent yet is paid with another of the customer's payment methods."""
    async with runtime.context.bench.changing() as shop:
        by = await customer_of(runtime.context, shop)
        order = await Orders(shop).get(order_number, by)
        method = await method_of(shop, by, pay_with)
        if method is None:
            raise Invalid(f"Order {order.number} is paid with that already.")
        return await propose(runtime, shop, by, [ChangePayment(order_number=order.number, payment_method_id=method)])


@tool(response_format="content_and_artifact")
@guarded
async def propose_default_address(
    address1: Filled,
    city: Filled,
    zip: Filled,
    runtime: Runtime,
    address2: Line = "",
    state: Line = "",
    country: Line = "US",
) -> tuple[Result, Artifact]:
    """Propose another default address for the customer's account; orders placed before keep theirs."""
    async with runtime.context.bench.changing() as shop:
        by = await customer_of(runtime.context, shop)
        address = Address(
            address1=address1, address2=address2, city=city, state=state, zip=zip, country=country or "US"
        )
        action = ChangeDefaultAddress(customer_id=str(by.customer_id), address=address)
        return await propose(runtime, shop, by, [action])
