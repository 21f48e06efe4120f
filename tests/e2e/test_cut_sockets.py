"""Connections that break: whoever comes back sees every event once, and nothing is done twice."""

from tests.e2e import rows
from tests.e2e.customer import Customer, Frame, Seen, sign_in_as, visit
from tests.e2e.process import ShopProcess


async def everything(shop: ShopProcess, token: str) -> Seen:
    """The whole conversation, as a new device is shown it."""
    async with Customer(shop, token) as again:
        return again.seen


def stored(seen: Seen) -> list[Frame]:
    return [frame for frame in seen.frames if frame.get("seq") is not None]


async def test_a_socket_cut_in_a_reply_shows_each_event_once(shop: ShopProcess) -> None:
    token = visit(shop)
    async with Customer(shop, token) as visitor:
        await visitor.write("what's your return policy")
        await visitor.wait(lambda frame: frame["type"] == "RUN_STARTED")
        await visitor.cut()
        await visitor.connect()
        await visitor.run_end()
        assert stored(visitor.seen) == stored(await everything(shop, token))
        assert "return" in visitor.seen.text.lower()


async def test_a_socket_cut_in_a_confirmation_shows_one_receipt(shop: ShopProcess) -> None:
    token = sign_in_as(shop, "gift card with a balance")
    async with Customer(shop, token) as daniel:
        asked = await daniel.say("cancel the picnic blanket, I ordered it by mistake")
        begun = len(daniel.frames)
        click = await daniel.click(asked.proposal_id)
        await daniel.cut()
        await daniel.connect()
        await daniel.click(asked.proposal_id, client_msg_id=click)
        await daniel.run_end(begun)
        whole = await everything(shop, token)
        assert stored(daniel.seen) == stored(whole)
        assert len(whole.named("receipt")) == 1
    assert len(rows.receipts(shop.data, asked.proposal_id)) == 1


async def test_a_message_sent_again_is_taken_once(shop: ShopProcess) -> None:
    async with Customer(shop, visit(shop)) as visitor:
        sent = await visitor.write("hello")
        await visitor.run_end()
        await visitor.cut()
        await visitor.connect()
        await visitor.write("hello", sent)
        await visitor.wait(lambda frame: frame.get("name") == "ack")
        assert len((await everything(shop, visitor.token)).named("user_message")) == 1


async def test_a_message_is_answered_while_nobody_listens(shop: ShopProcess) -> None:
    token = visit(shop)
    async with Customer(shop, token) as visitor:
        sent = await visitor.write("what's your return policy")
        await visitor.wait(lambda frame: frame.get("name") == "user_message")
        await visitor.cut()
    async with Customer(shop, token) as back:
        answered = await back.run_end()
        (message,) = answered.named("user_message")
        assert message["client_msg_id"] == sent
        assert "return" in answered.text.lower()


async def test_two_devices_see_the_same(shop: ShopProcess) -> None:
    token = visit(shop)
    async with Customer(shop, token) as phone, Customer(shop, token) as laptop:
        await phone.say("hello")
        await laptop.run_end()
        await laptop.say("do you have tents?")
        await phone.run_end(count=2)
        assert stored(phone.seen) == stored(laptop.seen)
