"""A part of an address completes the one that is there."""

from typing import Any

import pytest

from language.addresses import resolve_address
from language.outcome import Ask, Filled, Lookup
from language.state import Frame, SlotValue
from language.understand import Understanding

HOME = {"address1": "72 Birch Lane", "address2": "", "city": "Denver", "state": "CO", "zip": "80203", "country": "US"}


def default_address(*heard: str) -> Frame:
    return Frame(procedure="change_default_address", heard=list(heard), results={"details": {"address": HOME}})


def of_order(*heard: str, **results: Any) -> Frame:
    slots = {"order": SlotValue(value={"number": "SW-104841", "lines": []}, origin="said")}
    return Frame(procedure="change_address", heard=list(heard), slots=slots, results=results)


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("it should be Apt 7", {"address2": "Apt 7"}),
        ("the apartment number is 7b, not 9", {"address2": "apartment 7b"}),
        ("the zip should be 80205", {"zip": "80205"}),
        ("my zip code is wrong, it's 80205 not 80203", {"zip": "80205"}),
        ("my house number is 27 not 72", {"address1": "27 Birch Lane"}),
        ("it's 27 Birch Lane", {"address1": "27 Birch Lane"}),
        ("14 Oak Street, same city and zip", {"address1": "14 Oak Street"}),
    ],
)
def test_a_part_alone_leaves_the_rest(text: str, changed: dict[str, str], understanding: Understanding) -> None:
    found = resolve_address(default_address("my address is wrong", text), understanding, own=False)
    assert isinstance(found, Filled)
    assert found.value.value == HOME | changed


@pytest.mark.parametrize(
    "text",
    ["change my address", "14 Oak Street", "80205", "I moved to Portland, Oregon", "the zip is 97205"],
)
def test_what_may_be_another_address_altogether_is_asked_for(text: str, understanding: Understanding) -> None:
    assert isinstance(resolve_address(default_address(text), understanding, own=False), Ask)


def test_the_address_of_the_order_that_is_changed_is_looked_up(understanding: Understanding) -> None:
    found = resolve_address(of_order("it should be Apt 7"), understanding, own=True)
    assert isinstance(found, Lookup)
    assert (found.tool, found.args) == ("get_order", {"order_number": "SW-104841"})
    known = of_order("it should be Apt 7", **{found.keep: {"number": "SW-104841", "ship_to": HOME}})
    done = resolve_address(known, understanding, own=True)
    assert isinstance(done, Filled)
    assert done.value.value == HOME | {"address2": "Apt 7"}


def test_an_order_that_cannot_be_looked_up_is_asked_about(understanding: Understanding) -> None:
    frame = of_order("it should be Apt 7", present_order={"error": "not_found", "message": "No such order."})
    assert isinstance(resolve_address(frame, understanding, own=True), Ask)


def test_a_whole_address_needs_nothing_looked_up(understanding: Understanding) -> None:
    found = resolve_address(of_order("to 14 Oak Street, Boise, ID 83702 please"), understanding, own=True)
    assert isinstance(found, Filled)
    assert (found.value.value["address1"], found.value.value["city"]) == ("14 Oak Street", "Boise")
