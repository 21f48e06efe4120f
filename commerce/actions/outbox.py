"""Messages to the outside world, written in the same transaction as what they tell of."""

from typing import Any

from commerce.actions.models import OutboxMessage
from commerce.shop import Shop
from core.ids import new_id
from core.telemetry import trace_id


async def tell(shop: Shop, topic: str, body: dict[str, Any]) -> None:
    """Put a message on its way; it is sent after the transaction has been committed."""
    message = OutboxMessage(id=new_id("out"), topic=topic, body=body, trace_id=trace_id(), created_at=shop.clock.now())
    shop.session.add(message)
    await shop.session.flush()
