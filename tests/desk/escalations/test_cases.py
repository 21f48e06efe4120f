"""Cases for people: one for a conversation, with a deadline in opening hours."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from commerce.policies.schema import SupportRules
from commerce.policies.service import PolicyBook
from core.clock import FixedClock
from core.database import Database
from desk.conversations.models import Conversation, ConversationStatus
from desk.escalations.hours import due_at, support_state
from desk.escalations.models import Escalation, EscalationReason, EscalationStatus
from desk.escalations.service import Escalations
from desk.escalations.summary import CaseSummary, Fact

RULES = SupportRules.model_validate(
    {
        "timezone": "America/New_York",
        "hours": {day: ["09:00", "18:00"] for day in ("mon", "tue", "wed", "thu", "fri")},
        "first_answer_minutes": 60,
    }
)
SUMMARY = CaseSummary(
    who="Ann, signed in",
    wants="her money back",
    facts=[Fact(text="SW-1 was delivered on 1 April", source="get_order")],
    open_question="May the window be extended?",
)


async def raise_case(
    database: Database,
    clock: FixedClock,
    policies: PolicyBook,
    conversation_id: str,
    reason: EscalationReason = EscalationReason.asked,
    summary: CaseSummary = SUMMARY,
) -> Escalation:
    """Raise in a transaction of its own."""
    async with database.transaction() as session:
        return await Escalations(session, clock, policies).raise_case(conversation_id, reason, summary)


async def cases(database: Database) -> list[Escalation]:
    """Every case."""
    async with database.read() as session:
        return list((await session.exec(select(Escalation))).all())


async def test_a_case_waits_with_all_that_is_known(
    database: Database, clock: FixedClock, policies: PolicyBook, conversation_id: str
) -> None:
    await raise_case(database, clock, policies, conversation_id)

    (case,) = await cases(database)
    assert CaseSummary.model_validate(case.summary) == SUMMARY
    assert (case.status, case.priority) == (EscalationStatus.waiting, 2)
    assert case.due_at > clock.now()
    async with database.read() as session:
        conversation = await session.get(Conversation, conversation_id)
    assert conversation is not None
    assert conversation.status == ConversationStatus.queued


async def test_a_second_call_brings_the_case_up_to_date(
    database: Database, clock: FixedClock, policies: PolicyBook, conversation_id: str
) -> None:
    first = await raise_case(database, clock, policies, conversation_id)
    clock.advance(timedelta(minutes=10))
    newer = SUMMARY.model_copy(update={"wants": "her money back, today"})
    await raise_case(database, clock, policies, conversation_id, EscalationReason.anger, newer)

    (case,) = await cases(database)
    assert case.summary["wants"] == "her money back, today"
    assert (case.reason, case.priority, case.due_at) == ("anger", 1, first.due_at)


async def test_two_calls_at_once_make_one_case(
    database: Database, clock: FixedClock, policies: PolicyBook, conversation_id: str
) -> None:
    await asyncio.gather(*(raise_case(database, clock, policies, conversation_id) for _ in range(4)))

    assert len(await cases(database)) == 1


async def test_after_a_resolved_case_a_new_one_is_raised(
    database: Database, clock: FixedClock, policies: PolicyBook, conversation_id: str
) -> None:
    first = await raise_case(database, clock, policies, conversation_id)
    async with database.transaction() as session:
        row = await session.get(Escalation, first.id)
        assert row is not None
        row.status = EscalationStatus.resolved
    second = await raise_case(database, clock, policies, conversation_id)

    assert second.id != first.id


@pytest.mark.parametrize(
    ("now", "open_", "text"),
    [
        (datetime(2026, 4, 15, 16, 0, tzinfo=UTC), True, "People answer until 18:00 EDT."),
        (datetime(2026, 4, 15, 12, 59, tzinfo=UTC), False, "People answer again today from 09:00 EDT."),
        (datetime(2026, 4, 15, 22, 0, tzinfo=UTC), False, "People answer again tomorrow from 09:00 EDT."),
        (datetime(2026, 4, 18, 16, 0, tzinfo=UTC), False, "People answer again on Monday from 09:00 EDT."),
        (datetime(2026, 1, 14, 22, 59, tzinfo=UTC), True, "People answer until 18:00 EST."),
    ],
)
def test_support_says_when_people_answer(now: datetime, open_: bool, text: str) -> None:
    state = support_state(RULES, now)

    assert (state.open, state.text) == (open_, text)


def test_support_that_never_opens_promises_nothing() -> None:
    rules = RULES.model_copy(update={"hours": {}})

    assert support_state(rules, datetime(2026, 4, 15, tzinfo=UTC)).next_open is None


def test_night_hours_reach_into_the_next_day() -> None:
    rules = RULES.model_copy(update={"hours": {"wed": ["22:00", "02:00"]}})

    state = support_state(rules, datetime(2026, 4, 16, 5, 30, tzinfo=UTC))
    assert state.open
    assert state.text == "People answer until 02:00 EDT."


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (datetime(2026, 4, 15, 16, 0, tzinfo=UTC), datetime(2026, 4, 15, 17, 0, tzinfo=UTC)),
        (datetime(2026, 4, 15, 21, 30, tzinfo=UTC), datetime(2026, 4, 16, 13, 30, tzinfo=UTC)),
        (datetime(2026, 4, 17, 22, 0, tzinfo=UTC), datetime(2026, 4, 20, 14, 0, tzinfo=UTC)),
        (datetime(2026, 3, 7, 16, 0, tzinfo=UTC), datetime(2026, 3, 9, 14, 0, tzinfo=UTC)),
    ],
    ids=["open", "shortly before closing", "over the weekend", "over a change of the clocks"],
)
def test_a_deadline_counts_opening_hours_only(now: datetime, due: datetime) -> None:
    assert due_at(RULES, now) == due
