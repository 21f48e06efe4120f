"""The time, handed in."""

from datetime import UTC, timedelta

from core.clock import FixedClock, SystemClock
from core.ids import new_id
from tests.commerce import rows


def test_the_machines_time_is_aware_and_in_utc() -> None:
    assert SystemClock().now().tzinfo is UTC


def test_a_fixed_clock_moves_only_when_it_is_moved() -> None:
    clock = FixedClock(rows.NOW)
    assert clock.now() == clock.now() == rows.NOW
    clock.advance(timedelta(hours=3))
    assert clock.now() == rows.moment(3 / 24)


def test_ids_are_unique_and_say_what_they_name() -> None:
    ids = {new_id("ord") for _ in range(1000)}
    assert len(ids) == 1000
    assert all(name.startswith("ord_") for name in ids)
