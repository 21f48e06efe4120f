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


KNOWN = {"addresses": [{"address1": "14 Oak Street", "city": "Boise", "state": "ID", "zip": "83702", "country": "US"}]}


@pytest.mark.parametrize(
    ("said", "street"),
    [
        ("to 14 Oak Street, Boise, ID 83702 please", "14 Oak Street"),
        ("to 14 Oak Stret, Boise, ID 83702 please", "14 Oak Street"),
        ("to 14 oak street, boise, id 83702 please", "14 Oak Street"),
        ("to 41 Oak Street, Boise, ID 83702 please", "41 Oak Street"),
        ("to 14 Elm Street, Boise, ID 83702 please", "14 Elm Street"),
    ],
)
def test_an_address_with_a_slip_of_the_finger_is_the_one_that_is_known(
    understanding: Understanding, said: str, street: str
) -> None:
    found = resolve_address(of_order(said, details=KNOWN), understanding, own=True)
    assert isinstance(found, Filled)
    assert (found.value.value["address1"], found.value.value["city"]) == (street, "Boise")


def test_after_a_no_the_address_is_what_was_written(understanding: Understanding) -> None:
    frame = of_order("no, 14 Oak Strand, Boise, ID 83702", details=KNOWN)
    frame.declined = ["propose_address_change {}"]
    found = resolve_address(frame, understanding, own=True)
    assert isinstance(found, Filled)
    assert found.value.value["address1"] == "14 Oak Strand"
