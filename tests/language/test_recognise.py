"""Values in a message."""

from datetime import date

import pytest

from language.recognise import (
    address_in,
    day_range_in,
    email_in,
    name_in,
    order_numbers_in,
    reference_to_age,
    zip_in,
)

TODAY = date(2026, 6, 17)
"""A Wednesday."""


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("where is SW-104841?", ["SW-104841"]),
        ("CANCEL SW104841 NOW", ["SW104841"]),
        ("sw-104841 and sw-104657", ["SW-104841", "SW-104657"]),
        ("order #104841", ["104841"]),
        ("# 104841", ["104841"]),
        ("my order number 104841 please", ["104841"]),
        ("order no. 104841", ["104841"]),
        ("#W1234567", ["W1234567"]),
        ("where is EX2001-US?", ["EX2001-US"]),
        ("order 2001-us and #2002-CA", ["2001-US", "2002-CA"]),
        ("#EX-2001, please", ["EX-2001"]),
        ("US-2025-1001 never came", ["US-2025-1001"]),
        ("order LARKSPUR1001", ["LARKSPUR1001"]),
        ("it is #123456789012 of the carrier", []),
        ("mail me at ann104841@mail.example.com", []),
        ("I live at 12 Birch Lane", []),
        ("in 2026", []),
    ],
)
def test_order_numbers_are_found(text: str, numbers: list[str]) -> None:
    assert order_numbers_in(text) == numbers


def test_a_bare_number_is_an_order_number_only_where_one_is_expected() -> None:
    assert order_numbers_in("104841") == []
    assert order_numbers_in("104841", expected=True) == ["104841"]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("it's Tom.Okafor@Mail.Example.com.", "tom.okafor@mail.example.com"),
        ("ann+shop@example.co.uk thanks", "ann+shop@example.co.uk"),
        ("<o'neil@example.com>", "o'neil@example.com"),
        ("elena at gmail", None),
        ("a@b", None),
    ],
)
def test_an_email_address_is_found(text: str, address: str | None) -> None:
    assert email_in(text) == address


@pytest.mark.parametrize(
    ("text", "code"),
    [("80203", "80203"), ("Denver, CO 80203-1234", "80203"), ("12345 Main St, 80203", "80203"), ("104841", None)],
)
def test_a_zip_code_is_found(text: str, code: str | None) -> None:
    assert zip_in(text) == code


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("my name is Ann Lee", ("Ann", "Lee")),
        ("I'm Maya Brennan and I need help", ("Maya", "Brennan")),
        ("hi, this is jean-luc o'brien", ("jean-luc", "o'brien")),
        ("i am not happy", None),
        ("where is my order", None),
    ],
)
def test_somebody_who_introduces_themselves_has_a_name(text: str, name: tuple[str, str] | None) -> None:
    assert name_in(text) == name


def test_two_plain_words_are_a_name_where_one_is_expected() -> None:
    assert name_in("Ann Lee") is None
    assert name_in("Ann Lee", expected=True) == ("Ann", "Lee")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Can we do it by name instead? Ruth Okafor, 97205.", ("Ruth", "Okafor")),
        ("ruth okafor 97205", ("ruth", "okafor")),
        ("Name's Jude Marsh, and the zip code is 80203.", ("Jude", "Marsh")),
        ("It's under Mary-Jane O'Neil", ("Mary-Jane", "O'Neil")),
        ("No idea which mail address I used. My name is Will May and my zip is 80203.", ("Will", "May")),
        ("name: John Q. Public, zip 80203", ("John", "Public")),
        ("Hello, it's Jude Marsh. Zip 97205", ("Jude", "Marsh")),
    ],
)
def test_a_name_asked_for_is_found_beside_other_words(text: str, name: tuple[str, str]) -> None:
    assert name_in(text, expected=True) == name


@pytest.mark.parametrize(
    "text",
    [
        "New York 10126",
        "I live in Salt Lake City",
        "Portland Oregon",
        "Friday May",
        "12 Birch Lane",
        "the Trail Tee",
        "I'm moving house and need help",
        "I don't have it",
    ],
)
def test_a_place_a_day_or_a_product_is_no_name(text: str) -> None:
    assert name_in(text, expected=True, products=frozenset({"trail", "tee"})) is None


@pytest.mark.parametrize(
    "text",
    [
        "12 Birch Lane, Portland, OR 97205",
        "12 Birch Lane Portland OR 97205",
        "12 Birch Lane\nPortland, OR 97205",
        "12 Birch Lane, Portland 97205",
        "12 Birch Lane, 97205 Portland",
        "send it to 12 Birch Lane, Portland, OR 97205 please",
        "please ship to 12 Birch Lane, 97205",
        "it should go to 12 Birch Lane in Portland, OR 97205-1234",
        "12 Birch Lane,Portland,OR,97205",
        "Street: 12 Birch Lane, City: Portland, Zip: 97205",
        "12 birch lane, portland, or 97205",
        "for order SW-104841: 12 Birch Lane, Portland, OR 97205",
    ],
)
def test_an_address_is_read_however_it_is_written(text: str) -> None:
    parts = address_in(text)
    assert parts["address1"].lower() == "12 birch lane"
    assert (parts["city"], parts["state"], parts["zip"]) == ("Portland", "OR", "97205")


@pytest.mark.parametrize("unit", ["apt 3b", "Apt. 3B", "suite 210", "unit 7", "#4"])
def test_a_unit_is_kept_apart_from_the_street(unit: str) -> None:
    parts = address_in(f"480 Alder Street {unit}, Eugene, OR 97401")
    assert (parts["address1"], parts["address2"], parts["zip"]) == ("480 Alder Street", unit, "97401")


def test_a_house_number_of_five_digits_is_no_zip_code() -> None:
    parts = address_in("10250 Alder Street, Eugene, OR 97401")
    assert (parts["address1"], parts["zip"]) == ("10250 Alder Street", "97401")
    assert "zip" not in address_in("10250 Alder Street")


@pytest.mark.parametrize(
    "text",
    [
        "88 Pine Street, Apt. 4B, Aurora, Colorado, zip 80203",
        "88 pine street apt. 4b aurora co 80203",
        "could you ship it to 88 Pine Street, Apt. 4B in Aurora, CO 80203 please, instead of my old place",
        "88 Pine Street\nApt. 4B\nAurora\nCO\n80203",
        "It's in Aurora, Colorado: 88 Pine Street, Apt. 4B. The zip code is 80203",
        "not 12 Oak St but 88 Pine Street, Apt. 4B, Aurora 80203",
        "change it from 12 Oak St, Boise, ID 83702 to 88 Pine Street, Apt. 4B, Aurora, CO 80203",
        "88 Pine Street Apt. 4B, Aurora, CO 80203 and not 12 Oak St, Boise, ID 83702",
        "my old address was 12 Oak St, the new one is Apt. 4B, 88 Pine Street, Aurora, CO, 80203, USA",
    ],
)
def test_the_address_wanted_is_read_and_the_city_said_goes_before_the_codes(text: str) -> None:
    parts = {name: value.lower() for name, value in address_in(text).items()}
    assert (parts["address1"], parts["address2"]) == ("88 pine street", "apt. 4b")
    assert (parts["city"], parts["state"], parts["zip"]) == ("aurora", "co", "80203")


@pytest.mark.parametrize("text", ["2 mugs, please", "5 days ago on the way", "the 8 GB one, with 30 lbs", "ok in me"])
def test_numbers_of_other_things_are_no_address(text: str) -> None:
    assert address_in(text) == {}


@pytest.mark.parametrize(
    ("text", "city", "state"),
    [
        ("100 5th Avenue, New York 10011", "New York", "NY"),
        ("4 Elm Court in Kansas City, Missouri, 64101", "Kansas City", "MO"),
        ("1 Georgia Ave, Washington, DC 20001", "Washington", "DC"),
        ("12 Court Street, St. Louis, MO 63101", "St. Louis", "MO"),
    ],
)
def test_a_city_with_the_name_of_a_state_is_told_apart(text: str, city: str, state: str) -> None:
    parts = address_in(text)
    assert (parts["city"], parts["state"]) == (city, state)


@pytest.mark.parametrize("text", ["97205", "the zip is 97205", "97205 Portland", "Portland, OR 97205 please"])
def test_a_zip_code_alone_is_part_of_an_address(text: str) -> None:
    assert address_in(text) == {"city": "Portland", "state": "OR", "zip": "97205", "country": "US"}


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("yesterday's order", (date(2026, 6, 16), date(2026, 6, 16))),
        ("what i bought yesterday", (date(2026, 6, 16), date(2026, 6, 16))),
        ("the one from today", (date(2026, 6, 17), date(2026, 6, 17))),
        ("last week", (date(2026, 6, 8), date(2026, 6, 14))),
        ("this week", (date(2026, 6, 15), date(2026, 6, 17))),
        ("last month", (date(2026, 5, 1), date(2026, 5, 31))),
        ("3 days ago", (date(2026, 6, 14), date(2026, 6, 14))),
        ("the order in may", (date(2026, 5, 1), date(2026, 5, 31))),
        ("from December", (date(2025, 12, 1), date(2025, 12, 31))),
        ("on November 3", (date(2025, 11, 3), date(2025, 11, 3))),
        ("the 3rd of June", (date(2026, 6, 3), date(2026, 6, 3))),
        ("on Monday", (date(2026, 6, 15), date(2026, 6, 15))),
        ("last wednesday", (date(2026, 6, 10), date(2026, 6, 10))),
    ],
)
def test_days_are_read_against_the_present(text: str, days: tuple[date, date]) -> None:
    assert day_range_in(text, TODAY) == days


@pytest.mark.parametrize("text", ["may i return it", "it may be late", "march on", "the tent", "february 30", ""])
def test_what_names_no_day_gives_none(text: str) -> None:
    assert day_range_in(text, TODAY) is None


def test_an_age_points_at_an_order() -> None:
    assert reference_to_age("my latest order") == "newest"
    assert reference_to_age("the oldest order") == "oldest"
    assert reference_to_age("the tent") is None
