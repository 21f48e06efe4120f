"""The ordinary server on the benchmark's world, for any outside client."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from commerce.orders.service import Orders
from commerce.people.service import People
from core.settings import Settings, load_settings
from evals.tau.shop import CURRENCY, POLICIES, SOURCE, read_json
from ingest.demo import DemoCustomer
from ingest.retail_world.command import load_folder
from ingest.retail_world.service import known_ids
from server import receive, shop_services
from web.services import Services

SHOP_NAME = "Retail benchmark"
_SHOWN = 8
"""How many customers the demo sign-in offers."""


def settings_for(data: Path, port: int, model: str) -> Settings:
    """The environment's settings with the benchmark's shop put in.

    Raises:
        SettingsError: a value is wrong.
    """
    os.environ |= {
        "STOREWRIGHT_DATA": str(data),
        "STOREWRIGHT_PORT": str(port),
        "STOREWRIGHT_SHOP": "empty",
        "STOREWRIGHT_SHOP_NAME": SHOP_NAME,
        "STOREWRIGHT_CURRENCY": CURRENCY,
        "STOREWRIGHT_POLICIES": str(POLICIES),
    }
    if model:
        os.environ["STOREWRIGHT_MODEL"] = model
    return load_settings()


async def run(world: Path, port: int, data: Path, model: str) -> None:
    """Load the world where it is not there yet, and serve it until told to stop.

    Raises:
        StorewrightError: the world cannot be loaded or the shop cannot be opened.
    """
    settings = settings_for(data, port, model)
    report = await load_folder(settings, world, SOURCE)
    if report.refusals:
        print(report.text())
    shown = list(read_json(world / "users.json"))[:_SHOWN]
    async with shop_services(settings) as services:

        async def customers() -> Sequence[DemoCustomer]:
            return await _customers(services, shown)

        # Only the edge knows of the demo; the services were opened without filling the demo shop.
        demo = settings.model_copy(update={"shop": "demo"})
        await receive(replace(services, settings=demo, demo_customers=customers))


async def _customers(services: Services, user_ids: Sequence[str]) -> list[DemoCustomer]:
    async with services.database.read() as session:
        shop = services.shop(session)
        ids = (await known_ids(session, SOURCE))["customers"]
        found = []
        for customer_id in (ids[user_id] for user_id in user_ids if user_id in ids):
            customer = await People(shop).get(customer_id)
            count = await Orders(shop).count_for(customer_id)
            orders = f"{count} order{'' if count == 1 else 's'}"
            found.append(DemoCustomer(customer.id, customer.name, f"Has placed {orders}."))
    return found
