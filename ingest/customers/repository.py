"""What an import reads of the shop's customers."""

from collections.abc import Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commerce.actions.models import Proposal, ProposalStatus, ProposalTarget
from commerce.people.models import Consent, Customer
from ingest.batch import parts


class CustomerRepository:
    """Reads the customers of one source, locked for changing."""

    def __init__(self, session: AsyncSession, source: str) -> None:
        self._session = session
        self._source = source

    async def by_keys(self, keys: Sequence[str]) -> list[Customer]:
        """Customers with these external ids."""
        found: list[Customer] = []
        for part in parts(keys):
            statement = (
                select(Customer)
                .where(Customer.source == self._source, col(Customer.external_id).in_(part))
                .with_for_update()
            )
            found += (await self._session.exec(statement)).all()
        return found

    async def by_emails(self, emails: Sequence[str]) -> list[Customer]:
        """Customers with these e-mail addresses, guests first, then newest first."""
        found: list[Customer] = []
        for part in parts(emails):
            statement = (
                select(Customer)
                .where(Customer.source == self._source, col(Customer.email).in_(part))
                .order_by(col(Customer.guest).desc(), col(Customer.created_at).desc(), col(Customer.id).desc())
                .with_for_update()
            )
            found += (await self._session.exec(statement)).all()
        return found

    async def by_phones(self, phones: Sequence[str]) -> list[Customer]:
        """Customers with these phone numbers, guests first, then newest first."""
        found: list[Customer] = []
        for part in parts(phones):
            statement = (
                select(Customer)
                .where(Customer.source == self._source, col(Customer.phone).in_(part))
                .order_by(col(Customer.guest).desc(), col(Customer.created_at).desc(), col(Customer.id).desc())
                .with_for_update()
            )
            found += (await self._session.exec(statement)).all()
        return found

    async def newsletter(self, customer_ids: Sequence[str]) -> dict[str, bool]:
        """What each of some customers last said about the newsletter."""
        found: dict[str, bool] = {}
        for part in parts(customer_ids):
            statement = (
                select(Consent)
                .where(col(Consent.customer_id).in_(part), Consent.purpose == "newsletter")
                .order_by(col(Consent.at), col(Consent.id))
            )
            found |= {consent.customer_id: consent.granted for consent in await self._session.exec(statement)}
        return found


async def changed_here(session: AsyncSession, targets: Sequence[str]) -> set[str]:
    """Which of some targets, such as `order:ord_…`, this shop's own actions have changed."""
    found: set[str] = set()
    for part in parts(targets):
        statement = (
            select(ProposalTarget.target)
            .join(Proposal, col(Proposal.id) == col(ProposalTarget.proposal_id))
            .where(col(ProposalTarget.target).in_(part), Proposal.status == ProposalStatus.committed)
        )
        found.update((await session.exec(statement)).all())
    return found
