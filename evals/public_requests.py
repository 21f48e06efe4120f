"""How public requests are read: `python -m evals.public_requests --data DIR [--json FILE]`.

`DIR` holds sets that nobody wrote for this shop, in folders of their own; one that is missing is left out:
`clinc150/data.json` and `banking77/test.csv` are foreign but for the few intents named here, so what is taken up of
them is wrong; `abcd/kb.json` names the cases of a retail help desk, each asked here in words of ours.
"""

import argparse
import csv
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from evals.understanding import main_request, open_understanding
from language.understand import Understanding

OURS = {
    "order_status": {"order_status", "late_parcel"},
    "greeting": {"greet", "capabilities"},
    "goodbye": {"thanks"},
    "thank_you": {"thanks"},
    "are_you_a_bot": {"capabilities"},
    "what_can_i_ask_you": {"capabilities"},
    "what_is_your_name": {"capabilities"},
    "who_made_you": {"capabilities"},
}
"""Intents of CLINC150 that are a shop's too, and the procedures that are right for them."""
EITHER = frozenset(
    """cancel yes no maybe repeat order who_do_you_work_for what_are_your_hobbies where_are_you_from how_old_are_you
    do_you_have_pets user_name change_user_name change_language meaning_of_life redeem_rewards rewards_balance
    request_refund Refund_not_showing_up transaction_charged_twice extra_charge_on_statement card_arrival
    card_delivery_estimate visa_or_mastercard supported_cards_and_currencies apple_pay_or_google_pay country_support
    edit_personal_details terminate_account passcode_forgotten verify_my_identity why_verify_identity
    unable_to_verify_identity order_physical_card card_acceptance declined_card_payment""".split()
)
"""Intents of both sets whose words a shop's customer might use as well."""
PLACE = {"change_address", "change_default_address"}
ASKED = {"shop_matter", "talk_to_person"}
CASES: dict[str, tuple[str, set[str]]] = {
    "recover_username": ("I can't remember my username", ASKED | {"verify_customer"}),
    "recover_password": ("I've lost my password and need a new one", ASKED | {"verify_customer"}),
    "reset_2fa": ("my two factor login has to be reset", ASKED | {"verify_customer"}),
    "status_service_added": ("there's a service on my account I never signed up for", ASKED),
    "status_service_removed": ("a service I pay for vanished from my plan", ASKED),
    "status_shipping_question": ("does my account get free shipping abroad", {"ask_policy"}),
    "status_credit_missing": ("credit is missing from my account", ASKED | {"my_details"}),
    "manage_change_address": ("I need to change my address", PLACE),
    "manage_change_name": ("my name has to be changed on the account", ASKED),
    "manage_change_phone": ("I have a new phone number, please update it", ASKED),
    "manage_payment_method": ("I'd like to change my payment method", {"change_payment"} | ASKED),
    "status_mystery_fee": ("what's this extra fee on my purchase", ASKED),
    "status_delivery_time": ("can my delivery come in the evening instead of the morning", ASKED),
    "status_payment_method": ("the wrong payment method was used for my order", {"change_payment"}),
    "status_quantity": ("the mail says three shirts but I ordered one", ASKED | {"order_details"}),
    "manage_upgrade": ("I want overnight shipping for my order", ASKED | {"ask_policy"}),
    "manage_downgrade": ("switch my order to slower, cheaper shipping", ASKED),
    "manage_create": ("I forgot something, please add a belt to my order", ASKED),
    "manage_cancel": ("I ordered two by accident, cancel one", {"cancel_order"}),
    "refund_initiate": ("I'd like a refund for what I bought", {"return_items"}),
    "refund_update": ("I want to add another item to my return", {"return_items"} | ASKED),
    "refund_status": ("what's happening with my refund", ASKED | {"ask_policy"}),
    "return_stain": ("the shirt came with a stain, I want to return it", {"return_items"}),
    "return_color": ("these are the wrong color, I want to send them back", {"return_items", "swap_items"}),
    "return_size": ("the jeans are the wrong size and I want to return them", {"return_items", "swap_items"}),
    "bad_price_competitor": ("another store sells this for less, why are you so expensive", {"ask_policy"} | ASKED),
    "bad_price_yesterday": ("yesterday it was cheaper, what happened to the price", {"ask_policy"} | ASKED),
    "out_of_stock_general": ("why is everything out of stock", {"out_of_stock_line", "ask_product"}),
    "out_of_stock_one_item": ("the jacket I want is out of stock", {"out_of_stock_line", "ask_product"}),
    "promo_code_invalid": ("it says my promo code is invalid", ASKED),
    "promo_code_out_of_date": ("my promo code has expired though I got it this week", ASKED),
    "mistimed_billing_already_returned": ("I returned it and was still billed", ASKED),
    "mistimed_billing_never_bought": ("I got a bill for something I didn't buy", ASKED),
    "status": (
        "I got a mail that something is wrong with my shipment, is it on the way",
        {"order_status", "late_parcel"},
    ),
    "manage": ("I picked the wrong address for my shipment, please change it", PLACE),
    "missing": ("I never received my package", {"late_parcel"}),
    "cost": ("shipping was too expensive, can you waive the fee", ASKED | {"ask_policy"}),
    "boots": ("are the boots waterproof", {"ask_product"}),
    "shirt": ("will this shirt shrink in the wash", {"ask_product"}),
    "jeans": ("do the jeans come in dark blue", {"ask_product"}),
    "jacket": ("how do I take the hood off the jacket", {"ask_product"}),
    "pricing": ("how much does gift wrapping cost", {"ask_policy", "ask_product"}),
    "membership": ("what are the benefits of being a member", {"ask_policy"}),
    "timing": ("when does the annual sale begin", {"ask_policy"}),
    "policy": ("what is your refund policy", {"ask_policy"}),
    "status_active": ("is my subscription still active", ASKED),
    "status_due_amount": ("how much do I owe for my subscription", ASKED),
    "status_due_date": ("on what day does my subscription renew", ASKED),
    "manage_pay_bill": ("I want to pay for my subscription", ASKED),
    "manage_extension": ("can I have more time to pay for my membership", ASKED),
    "manage_dispute_bill": ("I was billed twice for the subscription", ASKED),
    "credit_card": ("your site says my credit card is invalid", ASKED),
    "shopping_cart": ("my cart won't update", ASKED),
    "search_results": ("the search doesn't find anything", ASKED),
    "slow_speed": ("why is your website so slow", ASKED),
}
"""Each case in words of ours, and the procedures that serve it."""


def share_taken(texts: Sequence[str], understanding: Understanding) -> float:
    """The share of texts that are taken for a request to the shop."""
    return round(sum(bool(understanding.read(text).requests) for text in texts) / max(len(texts), 1), 4)


def _foreign(rows: Iterable[tuple[str, str]]) -> list[str]:
    return [text for text, intent in rows if intent not in OURS and intent not in EITHER]


def _clinc(path: Path, understanding: Understanding) -> dict[str, Any]:
    data = json.loads(path.read_text(encoding="utf-8"))
    ours = [(text, OURS[intent]) for text, intent in data["val"] if intent in OURS]
    return {
        "clinc150_out_of_domain_taken": share_taken(
            [text for text, _ in [*data["oos_val"], *data["oos_train"]]], understanding
        ),
        "clinc150_foreign_taken": share_taken(_foreign(data["val"]), understanding),
        "clinc150_ours_right": _right(ours, understanding)[0],
    }


def _banking(path: Path, understanding: Understanding) -> dict[str, Any]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = [(row["text"], row["category"]) for row in csv.DictReader(file)]
    return {"banking77_foreign_taken": share_taken(_foreign(rows), understanding)}


def _right(rows: Sequence[tuple[str, set[str]]], understanding: Understanding) -> tuple[float, Counter[str]]:
    wrong: Counter[str] = Counter()
    for text, allowed in rows:
        reading = main_request(understanding.read(text), understanding.playbook)
        if reading is None or not reading.in_scope:
            wrong[f"{text} -> nothing"] += 1
        elif reading.best not in allowed:
            wrong[f"{text} -> {reading.best}"] += 1
    return round(1 - sum(wrong.values()) / max(len(rows), 1), 4), wrong


def _abcd(path: Path, understanding: Understanding) -> dict[str, Any]:
    cases = json.loads(path.read_text(encoding="utf-8"))
    right, wrong = _right([CASES[case] for case in cases if case in CASES], understanding)
    return {
        "abcd_right": right,
        "abcd_unknown": [case for case in cases if case not in CASES],
        "abcd_wrong": sorted(wrong),
    }


SETS = {"clinc150/data.json": _clinc, "banking77/test.csv": _banking, "abcd/kb.json": _abcd}


def main(arguments: Sequence[str] | None = None) -> int:
    """Read every set that is there; the last line printed sums it up."""
    parser = argparse.ArgumentParser(prog="python -m evals.public_requests", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the sets")
    parser.add_argument("--json", type=Path, help="file for the numbers")
    asked = parser.parse_args(arguments)
    present = {name: read for name, read in SETS.items() if (asked.data / name).is_file()}
    if not present:
        print(f"{asked.data}: none of {', '.join(SETS)} is here", file=sys.stderr)
        return 2
    understanding = open_understanding()
    numbers: dict[str, Any] = {}
    for name, read in present.items():
        numbers |= read(asked.data / name, understanding)
    for each in numbers.get("abcd_wrong", []):
        print(each)
    if asked.json:
        asked.json.write_text(json.dumps(numbers, indent=2) + "\n", encoding="utf-8")
    shares = ", ".join(f"{name} {value:.1%}" for name, value in numbers.items() if isinstance(value, float))
    print(f"public requests: {shares}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
