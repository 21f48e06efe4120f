"""Policies: what is enforced, what is cited, and every mistake by its place."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from commerce.policies.parser import plain_text
from commerce.policies.schema import OPTIONAL, REQUIRED, RefundRules, ReturnRules, SupportRules
from commerce.policies.service import PolicyBook
from core.errors import NotFound, SettingsError
from tests.conftest import POLICIES

TODAY = date(2026, 11, 20)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(POLICIES, tmp_path / "policies"))


def edit(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_the_shops_own_policies_are_right(policies: PolicyBook) -> None:
    assert all(policies.rules(rules, TODAY) for rules in REQUIRED)
    assert len(policies.clauses(TODAY)) > 40


def test_the_first_version_of_every_policy_holds_from_2020(policies: PolicyBook) -> None:
    for clause in policies.clauses(date(2020, 1, 1)):
        assert clause.effective_from == date(2020, 1, 1)


@pytest.mark.parametrize(
    ("on", "days"),
    [(date(2019, 5, 1), 60), (date(2025, 4, 30), 60), (date(2025, 5, 1), 30), (date(2030, 1, 1), 30)],
)
def test_the_version_in_force_on_the_day_is_enforced_and_cited(policies: PolicyBook, on: date, days: int) -> None:
    assert policies.rules(ReturnRules, on).window_days == days
    assert f"within {days} days" in policies.clause("returns.window", on).text


def test_a_number_changed_in_the_front_matter_changes_rule_and_prose(folder: Path) -> None:
    edit(folder, "returns.md", "window_days: 30", "window_days: 45")
    edit(folder, "refunds.md", "approval_above: 25000", "approval_above: 1250")
    book = PolicyBook.load(folder, currency="EUR")
    assert book.rules(ReturnRules, TODAY).window_days == 45
    assert "within 45 days" in book.clause("returns.window", TODAY).text
    assert book.rules(RefundRules, TODAY).approval_above == 1250
    assert "more than €12.50" in book.clause("refunds.approval", TODAY).text


def test_the_fingerprint_follows_files_and_currency(folder: Path) -> None:
    before = PolicyBook.load(folder).fingerprint
    assert PolicyBook.load(folder).fingerprint == before
    assert PolicyBook.load(folder, currency="EUR").fingerprint != before
    edit(folder, "loyalty.md", "points_per_dollar: 1", "points_per_dollar: 2")
    assert PolicyBook.load(folder).fingerprint != before


def test_a_clause_knows_where_it_belongs(policies: PolicyBook) -> None:
    clause = policies.clause("gift_cards.using", TODAY)
    assert (clause.policy_id, clause.policy_title, clause.title) == ("gift_cards", "Gift cards", "Using one")
    assert policies.policy("gift_cards", TODAY).values["most"] == 50000
    for missing in (lambda: policies.clause("gift_cards.none", TODAY), lambda: policies.policy("none", TODAY)):
        with pytest.raises(NotFound):
            missing()


def test_times_and_country_codes_are_what_they_look_like(folder: Path) -> None:
    edit(folder, "support.md", 'fri: ["08:00", "20:00"]', "fri: [10:30, 20:00]")
    edit(folder, "address_change.md", "countries: [US]", "countries: [US, NO]")
    edit(folder, "shipping.md", "countries: [US]", "countries: [US, NO]")
    book = PolicyBook.load(folder)
    assert book.rules(SupportRules, TODAY).hours["fri"] == ["10:30", "20:00"]
    assert "US, NO" in book.clause("address_change.countries", TODAY).text


def test_prose_becomes_plain_text() -> None:
    markdown = "You **can** *always* read\n[our page](https://x.example) and `this`.\n\n- one\n- two"
    assert plain_text(markdown) == "You can always read our page and this.\n\n- one\n- two"


MISTAKES = [
    ("item_changes.md", "statuses: [pending]", "statuses: [shipped]", "item_changes.md, line 5, statuses.0: "),
    ("item_changes.md", "statuses: [pending]", "statuses: []", "item_changes.md, line 5, statuses: "),
    ("item_changes.md", "blocks: []", "blocks: [returns]", "item_changes.md, line 8, blocks.0: "),
    ("item_changes.md", "charge_to: [any]", "charge_to: []", "item_changes.md, line 10, charge_to: "),
    ("item_changes.md", "{#item_changes.once}", "{#item_changes.often}", "item_changes.once: the clause is missing"),
    ("payment_changes.md", "several: true", "several: two", "payment_changes.md, line 7, several: "),
    ("exchanges.md", "window_days: 30\n", "", "exchanges.md, line 1, window_days: is missing"),
    ("exchanges.md", "2025-05-01", "2020-01-01", "effective_from: exchanges-2020.md already states `exchanges`"),
    ("profile.md", "countries: [US]", "countries: []", "profile.md, line 5, countries: "),
    ("returns.md", "refund_to: [original, gift_card]", "refund_to: []", "returns.md, line 19, refund_to: "),
    ("cancellation.md", "statuses: [pending]", "statuses: [delivered]", "cancellation.md, line 5, statuses.0: "),
    (
        "address_change.md",
        "countries: [US]",
        "countries: [US, CA]",
        "address_change.md, line 6, countries: the policy `shipping` ships to none of CA",
    ),
    ("returns.md", "window_days: 30\n", "", "returns.md, line 1, window_days: is missing"),
    ("returns.md", "window_days: 30", "window_days: soon", "returns.md, line 5, window_days: "),
    ("returns.md", "window_days: 30", "window_days: -1", "returns.md, line 5, window_days: "),
    (
        "returns.md",
        "window_days: 30",
        "window_dais: 30",
        "returns.md, line 5, window_dais: is not a value of the policy",
    ),
    (
        "returns.md",
        "window_days: 30",
        "window_days: 30\nwindow: 3",
        "line 6, window: is not a value of the policy `returns`",
    ),
    (
        "returns.md",
        "window_days: 30",
        "window_days: 30\nwindow_days: 31",
        "returns.md, line 6, window_days: is given twice",
    ),
    (
        "returns.md",
        "within {{ window_days }}",
        "within {{ windw_days }}",
        "returns.md, line 25, returns.window: 'windw_days'",
    ),
    ("returns.md", "within {{ window_days }}", "within {{ window_days", "returns.md, line 25, returns.window: "),
    ("returns.md", "{{ return_shipping_fee | money }}", "{{ reasons | money }}", "returns.md, line 37, returns.fees: "),
    (
        "returns.md",
        "{{ return_shipping_fee | money }}",
        "{{ return_shipping_fee | dollars }}",
        "returns.md, line 37, returns.fees: ",
    ),
    (
        "returns.md",
        "{#returns.condition}",
        "{#returns.window}",
        "returns.md, line 27, returns.window: the clause is there twice",
    ),
    ("returns.md", "{#returns.condition}", "", "returns.md, line 27, Condition: the heading needs an id"),
    ("returns.md", "{#returns.condition}", "{#returns.state}", "returns.condition: the clause is missing"),
    ("returns.md", "# Returns\n", "# Returns\nHello.\n", "returns.md, line 23, prose: this text belongs to no clause"),
    (
        "returns.md",
        "2025-05-01",
        "2020-01-01",
        "effective_from: returns-2020.md already states `returns` from 2020-01-01",
    ),
    ("returns.md", "2025-05-01", "in May", "returns.md, line 4, effective_from: must be a date"),
    ("returns.md", "fault_reasons: [damaged,", "fault_reasons: [broken,", "returns.md, line 14, fault_reasons: "),
    ("refunds.md", "approval_role: lead", "approval_role: king", "refunds.md, line 10, approval_role: "),
    ("support.md", '["08:00", "20:00"]', '["8", "20:00"]', "support.md, line 6, hours.mon.0: "),
    ("warranty.md", "years: 2", "years: [2]", "warranty.md, line 5, years: must be one text, number, date"),
    (
        "warranty.md",
        "{#warranty.claim}",
        "{#returns.window}",
        "warranty.md, line 16, returns.window: the policy `returns` has",
    ),
    ("warranty.md", "id: warranty", "id: War ranty", "warranty.md, line 2, id: must be lower-case"),
    ("warranty.md", "title: Warranty\n", "", "warranty.md, line 1, title: is missing"),
    ("warranty.md", "---\nid", "id", "warranty.md, line 1, front matter: the file must begin"),
    ("warranty.md", "tent_years: 5\n---", "tent_years: 5", "warranty.md, line 1, front matter: the closing line"),
    ("shipping.md", "countries: [US]", "countries: [US", "shipping.md, line 10, front matter: "),
    ("refunds.md", "card_days_max: 7", "card_days_max: 4", "refunds.md, line 6, card_days_max: "),
    ("support.md", "America/Denver", "Denver", "support.md, line 5, timezone: "),
    ("support.md", '["09:00", "17:00"]', '["17:00", "09:00"]', "support.md, line 6, hours: "),
    ("shipping.md", '"14:00"', '"25:00"', "shipping.md, line 5, cutoff: "),
]


@pytest.mark.parametrize(("file", "old", "new", "named"), MISTAKES)
def test_a_mistake_is_named_by_file_line_and_field(folder: Path, file: str, old: str, new: str, named: str) -> None:
    edit(folder, file, old, new)
    with pytest.raises(SettingsError) as mistake:
        PolicyBook.load(folder)
    assert named in mistake.value.message


def test_a_folder_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no folder of policies"):
        PolicyBook.load(tmp_path / "none")


def test_a_required_policy_that_nobody_states_is_a_mistake(folder: Path) -> None:
    (folder / "shipping.md").unlink()
    with pytest.raises(SettingsError, match=r"shipping.md, line 1, id: no file in .* states the policy `shipping`"):
        PolicyBook.load(folder)


@pytest.mark.parametrize("file", ["item_changes.md", "payment_changes.md", "exchanges.md", "profile.md"])
def test_what_a_shop_does_not_state_it_does_not_offer(folder: Path, file: str) -> None:
    for version in folder.glob(f"{file.removesuffix('.md')}*.md"):
        version.unlink()
    kind = next(rules for rules in OPTIONAL if rules.policy == file.removesuffix(".md"))
    assert PolicyBook.load(folder).offered(kind, TODAY) is None


def test_a_reason_that_is_required_must_exist(folder: Path) -> None:
    for file in ("returns.md", "returns-2020.md"):
        path = folder / file
        text = path.read_text()
        start, end = text.index("reasons:\n"), text.index("reason_required")
        text = text[:start] + "reasons: {}\n" + text[end:]
        path.write_text(text.replace("fault_reasons: [damaged, defective, wrong_item]", "fault_reasons: []"))
    with pytest.raises(SettingsError, match=r"returns-2020\.md, line 7, reason_required: .*there are none"):
        PolicyBook.load(folder)
    for file in ("returns.md", "returns-2020.md"):
        edit(folder, file, "reason_required: true", "reason_required: false")
    assert PolicyBook.load(folder).rules(ReturnRules, TODAY).reasons == {}
    edit(folder, "exchanges.md", "reason_required: false", "reason_required: true")
    with pytest.raises(SettingsError, match=r"exchanges\.md, line 9, reason_required: the policy `returns` names no"):
        PolicyBook.load(folder)


def test_limits_can_be_switched_off(folder: Path) -> None:
    edit(folder, "returns.md", "window_days: 30", "window_days: null")
    edit(folder, "returns.md", "hand_in_days: 14", "hand_in_days: null")
    edit(folder, "refunds.md", "approval_above: 25000", "approval_above: null")
    book = PolicyBook.load(folder)
    assert book.rules(ReturnRules, TODAY).window_days is None
    assert book.rules(RefundRules, TODAY).approval_above is None
    assert "at any time" in book.clause("returns.window", TODAY).text
