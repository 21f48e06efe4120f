"""Loads a customer export into the shop."""

from dataclasses import dataclass

from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from commerce.people.models import Consent, Customer
from core.ids import new_id
from ingest.batch import Batch, add_in_order, write
from ingest.customers.repository import CustomerRepository, changed_here
from ingest.customers.rows import CustomerRow, by_email, e164


@dataclass(frozen=True, slots=True)
class CustomerDraft:
    """A customer that may be loaded."""

    line: int
    row: CustomerRow
    phone: str
    """E.164."""


def parse(batch: Batch) -> list[CustomerDraft]:
    """Every customer of the file without a mistake."""
    drafts: list[CustomerDraft] = []
    seen: dict[str, int] = {}
    for row in batch.table.rows:
        if row.fault:
            batch.checker.refuse(row.line, "", row.fault)
            continue
        checked = batch.checker.read(CustomerRow, row)
        if checked is None:
            continue
        names = [name for name in (checked.key, checked.email and by_email(checked.email)) if name]
        first = next((seen[name] for name in names if name in seen), None)
        if first is not None:
            batch.checker.refuse(row.line, "", f"the customer is on line {first} already")
            continue
        seen |= dict.fromkeys(names, row.line)
        drafts.append(CustomerDraft(row.line, checked, _phone(batch, row.line, checked)))
    batch.report.refused = len(batch.table.rows) - len(drafts)
    return drafts


def _phone(batch: Batch, line: int, row: CustomerRow) -> str:
    said = row.phone or row.address_phone
    phone = e164(said, row.country_code) if said else ""
    if said and not phone:
        batch.checker.note(line, "phone" if row.phone else "address_phone", f"{said!r} is no phone number: left out")
    return phone


async def load(session: AsyncSession, batch: Batch, drafts: list[CustomerDraft]) -> None:
    """Add who is new, and bring who is known up to date.

    A guest made from an order becomes the customer with the same e-mail address. What the file leaves empty, and an
    address that was changed in this shop, stays as it is.
    """
    rows = CustomerRepository(session, batch.source)
    keys = [name for draft in drafts for name in (draft.row.key, by_email(draft.row.email)) if name]
    known = {customer.external_id: customer for customer in await rows.by_keys(sorted(set(keys)))}
    targets = {f"address:{customer.id}" for customer in known.values()}
    changed = await changed_here(session, sorted(targets))
    newsletter = await rows.newsletter([customer.id for customer in known.values()])
    added: list[SQLModel] = []
    for done, draft in enumerate(drafts, 1):
        customer = known.get(draft.row.key) or known.get(by_email(draft.row.email))
        if customer is None:
            customer = Customer(id=new_id("cus"), source=batch.source, external_id=draft.row.key, created_at=batch.now)
            write(customer, _values(draft, customer, keep_address=False))
            added.append(customer)
            batch.report.new += 1
        else:
            keep = f"address:{customer.id}" in changed
            if write(customer, {**_values(draft, customer, keep_address=keep), "external_id": draft.row.key}):
                customer.version += 1
                batch.report.changed += 1
            else:
                batch.report.same += 1
            if keep and draft.row.address() not in ({}, customer.address):
                batch.checker.note(draft.line, "address1", "the address was changed in this shop: left as it is")
        if consent := _consent(draft.row.newsletter, newsletter.get(customer.id), customer, batch):
            added.append(consent)
        batch.progress(done, len(drafts))
    await add_in_order(session, added, (Customer, Consent))


def _values(draft: CustomerDraft, customer: Customer, *, keep_address: bool) -> dict[str, object]:
    row = draft.row
    said = {
        "first_name": row.first_name,
        "last_name": row.last_name,
        "email": row.email,
        "phone": draft.phone,
        "address": {} if keep_address else row.address(),
    }
    return {**{name: value for name, value in said.items() if value}, "guest": False}


def _consent(said: bool | None, known: bool | None, customer: Customer, batch: Batch) -> Consent | None:
    """A no always counts. A yes counts only from somebody who never said no: the file may be older than that."""
    if said is None or said == known or (said and known is not None):
        return None
    if not said and known is None:
        return None
    return Consent(id=new_id("con"), customer_id=customer.id, purpose="newsletter", granted=said, at=batch.now)
