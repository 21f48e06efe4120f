"""Card numbers never reach the log; other numbers do."""

import pytest

from desk.conversations.masking import mask_cards


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("my card is 4242 4242 4242 4242, thanks", "my card is [card ending 4242], thanks"),
        ("4242424242424242", "[card ending 4242]"),
        ("3782-822463-10005 is mine", "[card ending 0005] is mine"),
    ],
)
def test_a_card_number_is_made_unreadable(text: str, stored: str) -> None:
    assert mask_cards(text) == stored


@pytest.mark.parametrize(
    "text", ["order SW-104233", "call +1 303 555 0142", "4242 4242 4242 4241", "1Z999AA10123456784", "$1,299.00"]
)
def test_other_numbers_stay(text: str) -> None:
    assert mask_cards(text) == text
