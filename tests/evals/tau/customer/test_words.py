"""What customers say about themselves and their wishes."""

from __future__ import annotations

import random
import re
from pathlib import Path

from evals.tau.customer import no_change_cases, wish_of
from evals.tau.customer.customer import Customer
from evals.tau.customer.no_change import NO_CHANGE
from evals.tau.customer.openers import OPENERS, TERSE
from evals.tau.customer.reading import read
from evals.tau.customer.words import Words
from tests.evals.tau.customer.world import exchange, send_back, task, write_world


def test_there_are_many_openers_for_each_kind() -> None:
    assert all(len(set(openers)) >= 8 for openers in OPENERS.values())
    assert set(OPENERS) == set(TERSE)


def test_an_opener_has_no_ids_and_no_keys(tmp_path: Path) -> None:
    wish = wish_of(task(exchange("l2"), send_back("k1", method="credit_card_1")), write_world(tmp_path))
    for seed in range(50):
        said = Customer(wish, seed).opening().text
        assert not re.search(r"[{}_]|\bl2\b|\bk1\b|paypal_1|color:", said)


def test_many_seeds_say_many_things(tmp_path: Path) -> None:
    wish = wish_of(task(exchange("l2")), write_world(tmp_path))
    assert len({Customer(wish, seed).opening().text for seed in range(40)}) > 35


def test_an_order_is_told_apart_by_its_content(tmp_path: Path) -> None:
    world = write_world(tmp_path)
    words = Words(world, world.users["ann_bo_1"], random.Random(1))
    assert "lamp" in words.order(world.orders["#W1000001"], number=False)


def test_questions_are_understood_in_many_wordings() -> None:
    asked = {
        "Could you give me the order number?": "order",
        "Which of your orders is this about?": "order",
        "What colour would you like instead?": "option",
        "Where should the refund go: PayPal or your gift card?": "method",
        "May I ask why you want to cancel?": "reason",
        "What's the full delivery address?": "address",
        "Is there anything else I can do for you?": "else",
        "Shall I go ahead?": "confirm",
        "Which item would you like to return?": "item",
        "To get started, please share your email or name and zip code.": "identity",
    }
    for text, ask in asked.items():
        assert ask in read(text).asks, text


def test_a_refusal_is_understood() -> None:
    assert read("Unfortunately this order can't be cancelled any more.").refused
    assert not read("Your kettle goes back and you'll have the money in five days.").refused


def test_at_least_forty_customers_must_change_nothing() -> None:
    assert len(NO_CHANGE) >= 40
    assert len({ask.name for ask in NO_CHANGE}) == len(NO_CHANGE)
    assert callable(no_change_cases)


def test_one_question_is_not_taken_for_another() -> None:
    asked = {
        "Where should the refund go?": ("method",),
        "Which payment method should I use for it?": ("method",),
        "What is the new address? Please give me street, city and zip code.": ("address",),
        "Which item would you like to swap?": ("item",),
        "Which Desk Lamp would you like: black ($100.00); white ($110.00)?": ("option",),
        "How should the difference in price be paid or given back?": ("method",),
        "Which Smart Watch do you mean?": ("item",),
        "I couldn't find anybody with that email.": ("identity",),
    }
    for text, asks in asked.items():
        assert read(text).asks == asks, text
