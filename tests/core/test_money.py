"""Money: integers of minor units that never gain or lose one."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import allocate, format_money, parse_money, percent_of

AMOUNTS = st.integers(min_value=0, max_value=10**12)
WEIGHTS = st.lists(st.integers(min_value=0, max_value=10**9), min_size=1, max_size=40)


@given(AMOUNTS | AMOUNTS.map(lambda amount: -amount), WEIGHTS.filter(any))
def test_the_parts_of_an_amount_add_up_to_it(amount: int, weights: list[int]) -> None:
    assert sum(allocate(amount, weights)) == amount


@given(AMOUNTS, WEIGHTS.filter(any))
def test_each_part_is_within_one_unit_of_its_share(amount: int, weights: list[int]) -> None:
    for part, weight in zip(allocate(amount, weights), weights, strict=True):
        assert abs(part - Decimal(amount) * weight / sum(weights)) < 1


@given(AMOUNTS, st.integers(min_value=1, max_value=20))
def test_nothing_is_given_to_what_weighs_nothing(amount: int, weight: int) -> None:
    assert allocate(amount, [0, weight, 0]) == [0, amount, 0]
    assert allocate(amount, [0, 0]) == [0, 0]


@given(st.integers(min_value=-(10**12), max_value=10**12), st.sampled_from(["USD", "JPY", "SEK"]))
def test_what_is_written_reads_back(amount: int, currency: str) -> None:
    plain = format_money(amount, currency).replace("$", "").replace(",", "").removesuffix(f" {currency}")
    assert parse_money(plain, currency) == amount


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (12900, "USD", "$129.00"),
        (-5, "USD", "-$0.05"),
        (0, "EUR", "€0.00"),
        (123456789, "GBP", "£1,234,567.89"),
        (1500, "JPY", "1,500 JPY"),
        (12900, "SEK", "129.00 SEK"),
    ],
)
def test_money_is_written_as_its_country_does(amount: int, currency: str, text: str) -> None:
    assert format_money(amount, currency) == text


@pytest.mark.parametrize("text", ["", "12,50", "$5", "NaN", "Infinity", "five"])
def test_what_is_not_an_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="amount"):
        parse_money(text)


@pytest.mark.parametrize(("amount", "percent", "share"), [(1000, 15, 150), (1, 50, 1), (999, Decimal("0.05"), 0)])
def test_a_share_is_rounded_half_up(amount: int, percent: int | Decimal, share: int) -> None:
    assert percent_of(amount, percent) == share
