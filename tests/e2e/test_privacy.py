"""What is not kept: card numbers in the log of a conversation, and people's words in the log of the server."""

from sqlmodel import select

from desk.conversations.models import EventPayload
from tests.e2e import rows
from tests.e2e.customer import Customer, sign_in_as, visit
from tests.e2e.process import ShopProcess

NUMBERS = ("4242 4242 4242 4242", "5555-5555-5555-4444", "378282246310005")


async def test_a_card_number_is_masked_before_it_is_stored(shop: ShopProcess) -> None:
    async with Customer(shop, visit(shop)) as visitor:
        for number in NUMBERS:
            answered = await visitor.say(f"please charge {number} instead, thanks")
            (stored,) = answered.named("user_message")
            assert number not in stored["text"]
            assert stored["text"].startswith("please charge")
    digits = [number.replace(" ", "").replace("-", "") for number in NUMBERS]
    with rows.books(shop.data) as session:
        kept = "".join(str(body) for body in session.exec(select(EventPayload.body)))
    files = [file.read_bytes().decode("latin-1") for file in shop.data.glob("*.db*")]
    for number in (*NUMBERS, *digits):
        assert number not in kept
        assert number not in shop.log
        assert not any(number in file for file in files)


async def test_the_server_writes_down_nobodys_words(shop: ShopProcess) -> None:
    spoken = [
        "my quixotic aunt wants to know where my order is",
        "pomegranate",
        "send the order to 17 Zinnia Crescent, Boulder, CO 80301",
        "zaphod.beeblebrox@post.example.org",
        "my name is Zaphod Beeblebrox",
        "SW-977777",
    ]
    for token in (sign_in_as(shop, "lost the parcel"), visit(shop)):
        async with Customer(shop, token) as customer:
            for text in spoken:
                await customer.say(text)
    log = shop.log.lower()
    assert "trace_id=" in log
    for private in (
        "quixotic", "pomegranate", "zinnia", "80301", "zaphod", "beeblebrox", "977777", "post.example.org",
        "priya", "nair", "guadalupe",
    ):  # fmt: skip
        assert private not in log
