"""A world that was changed is put back, row by row, beside whoever has it open."""

import shutil
from pathlib import Path

from sqlmodel import select

from commerce.actions.models import Proposal, ReceiptRow
from commerce.identity.service import Identities
from commerce.orders.models import Return
from evals.tau.perform import perform_all
from evals.tau.restore import restore
from evals.tau.shop import Pristine, opened
from tests.evals.tau.test_replay import INES, act, cancel


async def test_everything_that_was_done_is_undone(pristine: Pristine, tmp_path: Path) -> None:
    file = tmp_path / "running.db"
    shutil.copyfile(pristine.file, file)
    give_back = act(
        "return_delivered_order_items", order_id="#W1002", item_ids=["202"], payment_method_id="gift_card_5120"
    )
    async with opened(file, pristine) as world:
        await perform_all(world, INES, [cancel("#W1001"), give_back])
        assert await world.document() != pristine.document
        assert restore(file, pristine.file)
        assert await world.document() == pristine.document
        async with world.looking() as shop:
            for kind in (Proposal, ReceiptRow, Return):
                assert (await shop.session.exec(select(kind))).all() == []
        assert not restore(file, pristine.file)


async def test_sessions_stay(pristine: Pristine, tmp_path: Path) -> None:
    file = tmp_path / "running.db"
    shutil.copyfile(pristine.file, file)
    async with opened(file, pristine) as world:
        async with world.changing() as shop:
            _, token = await Identities(shop).open_session(world.ids.customers[INES], "email", 1)
        restore(file, pristine.file)
        async with world.looking() as shop:
            assert await Identities(shop).by_token(token) is not None
