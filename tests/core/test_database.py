"""Transactions: whole or not at all, and none is lost."""

import asyncio
from datetime import datetime

import pytest
from sqlalchemy.exc import StatementError
from sqlmodel import select

from commerce.people.models import Customer
from core.database import Database
from tests.commerce import rows


async def _version(database: Database) -> int:
    async with database.read() as session:
        return (await session.exec(select(Customer.version))).one()


async def test_twenty_who_read_and_write_at_once_lose_nothing(database: Database) -> None:
    await rows.save(database, rows.customer())

    async def one_more() -> None:
        async with database.transaction() as session:
            customer = await session.get(Customer, "cus_ann", with_for_update=True)
            assert customer is not None
            await asyncio.sleep(0.001)
            customer.version += 1

    await asyncio.gather(*(one_more() for _ in range(20)))
    assert await _version(database) == 21


async def test_two_processes_worth_of_writers_lose_nothing(database: Database, database_url: str) -> None:
    await rows.save(database, rows.customer())
    second = Database(database_url)

    async def one_more(through: Database) -> None:
        async with through.transaction() as session:
            customer = await session.get(Customer, "cus_ann", with_for_update=True)
            assert customer is not None
            customer.version += 1

    await asyncio.gather(*(one_more(through) for through in [database, second] * 10))
    await second.close()
    assert await _version(database) == 21


async def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError):
        async with database.transaction() as session:
            session.add(rows.customer())
            await session.flush()
            raise RuntimeError
    async with database.read() as session:
        assert (await session.exec(select(Customer))).all() == []
    await rows.save(database, rows.customer())


async def test_what_a_reader_changes_is_thrown_away(database: Database) -> None:
    async with database.read() as session:
        session.add(rows.customer())
        await session.flush()
    async with database.read() as session:
        assert (await session.exec(select(Customer))).all() == []


async def test_what_a_reader_read_can_be_used_afterwards(database: Database) -> None:
    await rows.save(database, rows.customer())
    async with database.read() as session:
        customer = (await session.exec(select(Customer))).one()
    assert customer.first_name == "Ann"


async def test_a_reader_does_not_wait_for_a_writer(database: Database) -> None:
    await rows.save(database, rows.customer())
    async with database.transaction() as session:
        customer = await session.get(Customer, "cus_ann")
        assert customer is not None
        customer.version = 9
        await session.flush()
        assert await asyncio.wait_for(_version(database), 2) == 1
    assert await _version(database) == 9


async def test_times_come_back_in_utc_and_naive_ones_are_refused(database: Database) -> None:
    await rows.save(database, rows.customer())
    async with database.read() as session:
        assert (await session.exec(select(Customer.created_at))).one() == rows.moment(-100)
    with pytest.raises((ValueError, StatementError)):
        async with database.transaction() as session:
            customer = rows.customer("cus_naive")
            customer.created_at = datetime(2026, 1, 1)  # noqa: DTZ001
            session.add(customer)


async def test_a_database_error_names_no_values(database: Database) -> None:
    await rows.save(database, rows.customer(email="secret@example.com"))
    with pytest.raises(Exception) as failed:
        await rows.save(database, rows.customer(email="secret@example.com"))
    assert "secret@example.com" not in str(failed.value)
