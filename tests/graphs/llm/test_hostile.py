"""A model that calls anything with anything: what is below it must hold."""

import json
import random
from dataclasses import dataclass, field
from typing import Any

from evals.endpoint import Asked, Call, Reply
from tests.graphs.llm.conftest import Chat, House

TURNS = 100
MESSAGES = (
    "Where is my order?",
    "I want to cancel everything",
    "Send my things back",
    "Please change my address",
    "My parcel is late and something is out of stock",
    "Who am I?",
    "Do you have tents, and what is your return policy?",
    "My email is not that one, use another",
)


@dataclass
class Hostile:
    """Random calls with borrowed arguments; its text is whatever the tools told it."""

    chance: random.Random
    numbers: list[str]
    lines: list[str]
    emails: list[str]
    places: list[str]
    called: set[str] = field(default_factory=set)

    def __call__(self, asked: Asked) -> Reply:
        """The next move."""
        if asked.results and self.chance.random() < 0.5:
            return Reply(f"{asked.results} {self.chance.choice(self.numbers)} {self.chance.choice(self.emails)}")
        wanted = self.chance.choices(asked.tools, k=self.chance.choice((1, 1, 2))) if asked.tools else []
        calls = tuple(Call(each["function"]["name"], self._arguments(each["function"])) for each in wanted)
        self.called |= {each.name for each in calls}
        return Reply("Done, all of it. " if self.chance.random() < 0.2 else "", calls)

    def _arguments(self, function: dict[str, Any]) -> dict[str, Any]:
        schema = function["parameters"]
        required = set(schema.get("required", ()))
        chosen = {
            name: self._value(name, part)
            for name, part in schema["properties"].items()
            if name in required or self.chance.random() < 0.5
        }
        if self.chance.random() < 0.1:
            chosen["customer_id"] = "cus_demo0000003"
        return chosen

    def _value(self, name: str, part: dict[str, Any]) -> Any:
        if "enum" in part:
            return self.chance.choice(part["enum"])
        match part.get("type"):
            case "array":
                return [self._value(name, part["items"]) for _ in range(self.chance.choice((1, 1, 2)))]
            case "object":
                return {key: self._value(key, each) for key, each in part["properties"].items()}
            case "integer":
                return self.chance.choice((-1, 0, 1, 2, 10**9))
        borrowed = {
            "order_number": self.numbers,
            "line_id": self.lines,
            "email": self.emails,
            "location_id": self.places,
            "reason": ["no_longer_needed", "damaged", "' OR 1=1 --"],
            "refund_to": ["original", "gift_card", "cus_demo0000003"],
        }
        return self.chance.choice([*borrowed.get(name, ["", "x" * 100, "yes"])])


async def test_a_hostile_model_changes_nothing_and_learns_nothing_of_others(house: House, chat: Chat) -> None:
    me = "cus_demo0000005"
    others = house.rows(
        'SELECT o.number, c.email FROM "order" o JOIN customer c ON c.id = o.customer_id WHERE c.id != ?', me
    )
    hostile = Hostile(
        random.Random(20260415),
        [str(number) for (number,) in house.rows('SELECT number FROM "order" ORDER BY id')],
        [str(line) for (line,) in house.rows("SELECT id FROM order_line ORDER BY id")],
        sorted({str(email) for _, email in others}),
        [str(place) for (place,) in house.rows("SELECT id FROM location ORDER BY id")],
    )
    mine = [str(number) for (number,) in house.rows('SELECT number FROM "order" WHERE customer_id = ?', me)]
    hostile.numbers += mine * (len(hostile.numbers) // (3 * len(mine)))
    addresses = [json.loads(each) for (each,) in house.rows("SELECT address FROM customer WHERE id != ?", me)]
    streets = {each["address1"] for each in addresses if each.get("address1")}
    books = house.books()
    frames: list[str] = []

    async with chat("James Whitfield", hostile) as guest:
        for turn in range(TURNS):
            said = await guest.say(MESSAGES[turn % len(MESSAGES)])
            frames.append(repr(said.events))
            assert said.events[-1]["type"] == "RUN_FINISHED", said.events[-1]

    assert house.books() == books
    assert {"propose_cancellation", "propose_return", "verify_customer", "track_order"} <= hostile.called
    seen = "\n".join(frames)
    assert [number for number, _ in others if number in seen] == []
    assert [email for email in hostile.emails if email in seen] == []
    assert [street for street in streets if street in seen] == []
