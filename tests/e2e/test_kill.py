"""A process that is killed around a commit: done or not done, never half, and whoever waits is answered."""

import asyncio
import re
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import select

from commerce.orders.models import Order, OrderLine
from desk.conversations.models import Conversation, ConversationEvent
from tests.e2e import rows
from tests.e2e.customer import Customer, Seen, sign_in_as, sign_in_by_email
from tests.e2e.process import ShopProcess

ROUNDS = (0.0, 0.03, None)
"""Seconds from the last yes to the end of the process; `None`: as soon as the first has the receipt."""


@dataclass
class Trial:
    """Somebody whose yes is on its way when the process dies."""

    customer: Customer
    order: Order
    line: OrderLine
    by_word: bool
    """Whether they type their yes instead of clicking."""
    back_before: int = 0
    card: str = ""
    begun: int = 0
    sent: str = ""

    async def ask(self) -> None:
        """Get the card."""
        self.back_before = rows.money_back(self.data, self.order.id)[0]
        name = re.sub(r" [\w-]*\d[\w-]*", "", self.line.title)
        asked = await self.customer.say(f"cancel the {name}, I ordered it by mistake")
        self.card = asked.proposal_id

    async def answer(self) -> None:
        """Say yes."""
        self.begun = len(self.customer.frames)
        if self.by_word:
            self.sent = await self.customer.write("yes", self.sent)
        else:
            self.sent = await self.customer.click(self.card, client_msg_id=self.sent)

    @property
    def data(self) -> Path:
        """The shop's data folder."""
        return self.customer.shop.data

    @property
    def taken(self) -> bool:
        """Whether the yes was stored."""
        return bool(rows.every(self.data, ConversationEvent, ConversationEvent.client_msg_id == self.sent))

    def check(self, *, done: bool) -> None:
        """Everything that belongs to the change is there, or nothing is."""
        line = rows.one(self.data, OrderLine, OrderLine.id == self.line.id)
        paid, refunded = rows.money_back(self.data, self.order.id)
        assert paid == refunded
        assert rows.proposal(self.data, self.card).status == ("committed" if done else "open")
        assert len(rows.receipts(self.data, self.card)) == done
        assert line.cancelled == (line.quantity if done else 0)
        assert (paid > self.back_before) == done


async def test_a_kill_around_a_commit_leaves_all_of_it_or_nothing(data: Path, tmp_path: Path) -> None:
    shop = ShopProcess(data, tmp_path / "log")
    orders = rows.pending_orders(data)
    lines = [rows.lines_of_one_name(data, order) for order in orders]
    with shop:
        customers = [Customer(shop, sign_in_by_email(shop, order.email)) for order in orders]
        for number, killed_after in enumerate(ROUNDS):
            trials = [
                Trial(customer, order, open_lines.pop(), by_word=(place + number) % 2 == 0)
                for place, (customer, order, open_lines) in enumerate(zip(customers, orders, lines, strict=True))
                if open_lines
            ]
            await asyncio.gather(*(trial.customer.connect() for trial in trials))
            await asyncio.gather(*(trial.ask() for trial in trials))
            await kill_around(shop, trials, killed_after)
            for trial in trials:
                trial.check(done=bool(rows.receipts(data, trial.card)))
            assert rows.unbalanced(data) == []
            shop.start()
            await asyncio.gather(*(comes_back(trial) for trial in trials))
            await asyncio.gather(*(trial.customer.leave() for trial in trials))
        assert rows.unbalanced(data) == []


async def test_a_turn_that_is_remembered_but_not_ended_in_the_log_begins_again(data: Path, tmp_path: Path) -> None:
    """The memory is saved before the log has the run's end; a process may die between the two."""
    shop = ShopProcess(data, tmp_path / "log")
    with shop:
        async with Customer(shop, sign_in_as(shop, "within the return window")) as customer:
            asked = await customer.say("I want to return the boots")
            assert not asked.proposals

            assert (await answered_again(customer)).text == asked.text

            shown = await customer.say("they are too small")
            card = (await answered_again(customer)).proposal_id

            assert rows.proposal(data, shown.proposal_id).status == "superseded"
            assert rows.proposal(data, card).status == "open"

            done = await customer.confirm(card)
            again = await answered_again(customer)

            assert done.text and again.text == done.text
            assert len(rows.receipts(data, card)) == 1
            assert len(customer.seen.named("receipt")) == 1
            assert rows.unbalanced(data) == []


async def answered_again(customer: Customer) -> Seen:
    """Kill the process, put the log back to where the newest message has no answer, and start it again."""
    customer.shop.kill()
    await customer.gone()
    with rows.books(customer.shop.data) as session:
        (conversation,) = session.exec(select(Conversation).where(Conversation.answered_seq > 0)).all()
        conversation.answered_seq -= 1
        session.add(conversation)
        session.commit()
    customer.shop.start()
    begun = len(customer.frames)
    await customer.connect()
    return await customer.run_end(begun)


async def kill_around(shop: ShopProcess, trials: list[Trial], killed_after: float | None) -> None:
    """Let everybody say yes, a moment apart, and kill the process a moment later."""
    for trial in trials:
        await trial.answer()
        await asyncio.sleep(0.01)
    if killed_after is None:
        first = trials[0]
        await first.customer.wait(lambda frame: frame.get("name") == "receipt", first.begun)
    else:
        await asyncio.sleep(killed_after)
    shop.kill()
    await asyncio.gather(*(trial.customer.gone() for trial in trials))


async def comes_back(trial: Trial) -> None:
    """What was taken is answered without another word; what was not is sent again."""
    taken = trial.taken
    await trial.customer.connect()
    if not taken:
        trial.check(done=False)
        await trial.answer()
    answered = await trial.customer.run_end(trial.begun)
    trial.check(done=True)
    seen = trial.customer.seen
    assert "Done" in answered.text, answered.text
    assert [receipt["proposal_id"] for receipt in seen.named("receipt")].count(trial.card) == 1
    assert [value["status"] for value in seen.named("proposal") if value["id"] == trial.card] == ["committed"]
    assert seen.seqs == sorted(set(seen.seqs))
    assert not answered.proposals
