"""When people answer: opening hours, and deadlines counted in them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from commerce.policies.schema import SupportRules

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HORIZON_DAYS = 14
"""Twice a week: every day that ever opens is met."""


@dataclass(frozen=True, slots=True)
class SupportState:
    """Whether people answer right now."""

    open: bool
    """Whether they do."""
    text: str
    """The same as a sentence for a customer."""
    next_open: datetime | None
    """When they answer next; now, when they do; `None` when they never do."""


def support_state(rules: SupportRules, now: datetime) -> SupportState:
    """Whether people answer at a moment, and when they do next."""
    zone = ZoneInfo(rules.timezone)
    for opens, closes in _open_hours(rules, now):
        if opens <= now:
            return SupportState(True, f"People answer until {_clock_time(closes, zone)}.", now)
        day = _day_name(opens.astimezone(zone).date(), now.astimezone(zone).date())
        return SupportState(False, f"People answer again {day} from {_clock_time(opens, zone)}.", opens)
    return SupportState(False, "Nobody answers in person at present.", None)


def due_at(rules: SupportRules, now: datetime) -> datetime:
    """The moment by which a case raised now is taken: `first_answer_minutes` of opening hours later."""
    left = timedelta(minutes=rules.first_answer_minutes)
    for opens, closes in _open_hours(rules, now):
        begins = max(opens, now)
        if left <= closes - begins:
            return begins + left
        left -= closes - begins
    return now + left


def _open_hours(rules: SupportRules, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Opening hours that are not over, in order, by the clock on the wall also when that changes."""
    zone = ZoneInfo(rules.timezone)
    today = now.astimezone(zone).date()
    for offset in range(-1, _HORIZON_DAYS):
        day = today + timedelta(days=offset)
        times = rules.hours.get(_DAYS[day.weekday()], [])  # type: ignore[call-overload]
        for opening, closing in list(pairwise(times))[::2]:
            opens, closes = _moment(day, opening, zone), _moment(day, closing, zone)
            if closes <= opens:
                closes = _moment(day + timedelta(days=1), closing, zone)
            if closes > now:
                yield opens, closes


def _moment(day: date, clock_time: str, zone: ZoneInfo) -> datetime:
    hours, minutes = map(int, clock_time.split(":"))
    on_the_wall = datetime.combine(day, time(), zone) + timedelta(hours=hours, minutes=minutes)
    return on_the_wall.astimezone(UTC)


def _clock_time(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%H:%M %Z")


def _day_name(day: date, today: date) -> str:
    if day == today:
        return "today"
    return "tomorrow" if day == today + timedelta(days=1) else f"on {day:%A}"
