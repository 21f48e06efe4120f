"""What a service needs to work on the shop: a database session, the policies, the time."""

from dataclasses import dataclass
from datetime import date

from sqlmodel.ext.asyncio.session import AsyncSession

from commerce.policies.service import PolicyBook
from core.clock import Clock


@dataclass(frozen=True, slots=True)
class Shop:
    """The shop, as seen inside one transaction."""

    session: AsyncSession
    """The caller's transaction; services flush and never commit."""
    policies: PolicyBook
    """Every policy, by the day it holds."""
    clock: Clock
    """The time."""
    currency: str = "USD"
    """The shop's currency."""

    @property
    def today(self) -> date:
        """The present day, in UTC."""
        return self.clock.now().date()
