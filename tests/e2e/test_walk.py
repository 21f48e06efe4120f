"""A whole visit: a cancellation with a side question, clicks that come late and twice, a crash, a return."""

from pathlib import Path

from commerce.actions.models import ReceiptRow
from commerce.orders.models import Order, OrderLine
from tests.e2e import rows
from tests.e2e.customer import Customer, sign_in_as
from tests.e2e.process import ShopProcess


async def test_a_cancellation_happens_once_and_stays_done_after_a_crash(data: Path, tmp_path: Path) -> None:
    with ShopProcess(data, tmp_path / "log") as shop:
        token = sign_in_as(shop, "blue tent")
        async with Customer(shop, token) as maya:
            asked = await maya.say("cancel the blue tent, I ordered it by mistake")
            card = asked.proposal_id

            aside = await maya.say("what's your return policy")
            assert "return" in aside.text.lower()
            assert rows.proposal(data, card).status == "open"
            assert not every_receipt(data)

            begun = len(maya.frames)
            first = await maya.click(card)
            await maya.click(card, client_msg_id=first)
            await maya.click(card)
            done = await maya.run_end(begun, count=2)
            assert len(done.named("receipt")) == 1
            assert len(done.named("ack")) == 1
            (receipt,) = rows.receipts(data, card)

            seen_before = maya.last_seq
            await maya.write("where is the rest of my order?")
            await maya.wait(lambda frame: frame.get("name") == "user_message" and frame["seq"] > seen_before)
            shop.kill()
            await maya.gone()
            heard = maya.last_seq

            shop.start()
            begun = len(maya.frames)
            missed = await maya.connect()
            assert min(missed.seqs, default=heard + 1) > heard
            answered = await maya.run_end(begun)
            assert "SW-" in answered.text
            assert maya.seen.seqs == sorted(set(maya.seen.seqs))
            assert not answered.proposals
            assert [value["status"] for value in maya.seen.named("proposal") if value["id"] == card] == ["committed"]

            again = await maya.say("cancel the blue tent")
            assert not again.proposals
            assert "cancel" in again.text.lower()

        assert [row.id for row in every_receipt(data)] == [receipt.id]
        check_the_books(shop, token, data, receipt)
        assert shop.stop() == 0
        assert not (data / "server.json").exists()


def every_receipt(data: Path) -> list[ReceiptRow]:
    return list(rows.every(data, ReceiptRow))


def check_the_books(shop: ShopProcess, token: str, data: Path, receipt: ReceiptRow) -> None:
    (part,) = receipt.body["parts"]
    order = rows.one(data, Order, Order.number == part["order_number"])
    (tent,) = [line for line in rows.every(data, OrderLine, OrderLine.order_id == order.id) if "Tent" in line.title]
    assert tent.cancelled == tent.quantity == 1
    back = sum(effect["amount"] for effect in part["money"])
    assert back > 0
    assert rows.money_back(data, order.id) == (back, back)
    assert rows.unbalanced(data) == []
    with shop.http(token) as http:
        view = http.get(f"/api/account/orders/{order.number}").raise_for_status().json()
    assert [line["cancelled"] for line in view["lines"] if "Tent" in line["title"]] == [1]
