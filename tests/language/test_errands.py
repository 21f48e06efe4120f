"""Which errands a message asks for, and in which order they are done."""

import pytest

from language.fold import hear
from language.state import Plan
from language.understand import Understanding


def _asked(understanding: Understanding, text: str) -> list[str]:
    plan = hear(Plan(), text, understanding)
    return [each.procedure for each in plan.stack] + [each.procedure for each in plan.queue]


@pytest.mark.parametrize(
    ("text", "errand"),
    [
        (
            "The parcel stood in the rain, everything is wet. I want to return the boots. Refund to PayPal.",
            "return_items",
        ),
        ("I'd like to exchange the tent for the green one. Charge the difference to my visa.", "swap_items"),
        ("Swap the red tee for a blue one. Also swap the headlamp for the black one.", "swap_items"),
    ],
)
def test_what_is_merely_told_explains_the_one_errand(understanding: Understanding, text: str, errand: str) -> None:
    assert _asked(understanding, text) == [errand]


def test_two_errands_are_both_done(understanding: Understanding) -> None:
    asked = _asked(understanding, "Cancel the headlamp please. And return the boots.")
    assert set(asked) == {"cancel_order", "return_items"}


def test_what_closes_an_order_to_changes_comes_last(understanding: Understanding) -> None:
    text = "Swap the tent for the green one. Then change the delivery address to 91 Mill Road, Bend, OR 97701."
    assert _asked(understanding, text) == ["change_address", "swap_items"]


def test_swaps_of_one_message_are_one_errand_with_all_that_was_said(understanding: Understanding) -> None:
    plan = hear(Plan(), "Swap the red tee for a blue one. Also swap the headlamp for the black one.", understanding)
    heard = " ".join(plan.stack[0].heard).lower()
    assert "tee" in heard
    assert "headlamp" in heard
