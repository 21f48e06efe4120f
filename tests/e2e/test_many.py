"""Twenty people at once."""

import asyncio

from tests.e2e.customer import Customer, visit
from tests.e2e.process import ShopProcess

PEOPLE = 20


async def test_twenty_customers_at_once_get_their_own_answers(shop: ShopProcess) -> None:
    customers = [Customer(shop, visit(shop)) for _ in range(PEOPLE)]
    await asyncio.gather(*(customer.connect() for customer in customers))
    answers = await asyncio.gather(*(customer.say("what's your return policy") for customer in customers))
    await asyncio.gather(*(customer.leave() for customer in customers))
    assert len({answer.text for answer in answers}) == 1
    assert all(answer.named("user_message") for answer in answers)
    conversations = {customer.seen.named("welcome")[0]["conversation_id"] for customer in customers}
    assert len(conversations) == PEOPLE
