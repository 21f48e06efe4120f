"""Who placed an imported order, and how it was paid."""

from sqlmodel import SQLModel

from commerce.people.models import Customer, PaymentMethod, PaymentMethodKind
from core.ids import new_id
from ingest.batch import Batch
from ingest.customers.repository import CustomerRepository
from ingest.customers.rows import by_email, e164
from ingest.orders.parse import OrderDraft
from ingest.orders.repository import OrderRows
from ingest.products.text import slug

_WALLETS = {
    "paypal": "PayPal",
    "apple": "Apple Pay",
    "google": "Google Pay",
    "shop_pay": "Shop Pay",
    "amazon": "Amazon Pay",
    "klarna": "Klarna",
    "afterpay": "Afterpay",
    "affirm": "Affirm",
}
"""Part of the name of a way to pay to what customers call it."""
_BY_HAND = ("manual", "cash", "bank", "money order")
_CARDS = ("Visa", "Mastercard", "American Express", "Discover")


class Buyers:
    """Finds customers and their ways to pay, and makes those that are missing."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._by_email: dict[str, Customer] = {}
        self._by_phone: dict[str, Customer] = {}
        self._by_key: dict[str, Customer] = {}
        self._methods: dict[str, PaymentMethod] = {}
        self.added: list[SQLModel] = []

    async def find(self, people: CustomerRepository, rows: OrderRows, drafts: list[OrderDraft]) -> None:
        """Read everybody the orders may belong to."""
        emails = sorted({draft.head.email for draft in drafts if draft.head.email})
        # Accounts come last, so that they win over guests of the same address.
        self._by_email = {customer.email: customer for customer in await people.by_emails(emails)}
        nameless = [draft for draft in drafts if not draft.head.email]
        phones = sorted({phone for draft in nameless if (phone := _phone(draft))})
        self._by_phone = {customer.phone: customer for customer in await people.by_phones(phones)}
        keys = {_order_key(draft) for draft in nameless} | {by_email(email) for email in emails}
        self._by_key = {customer.external_id: customer for customer in await people.by_keys(sorted(keys))}
        customers = {
            each.id: each for found in (self._by_email, self._by_phone, self._by_key) for each in found.values()
        }
        names = {name for draft in drafts for name in draft.bill.captured}
        self._methods = await rows.methods(sorted(_method_key(each, name) for each in customers for name in names))

    def customer(self, draft: OrderDraft) -> Customer:
        """By e-mail address, else by phone number, else a guest of this order alone."""
        email, phone = draft.head.email, _phone(draft)
        found = self._by_email.get(email) if email else self._by_phone.get(phone)
        found = found or self._by_key.get(by_email(email) or _order_key(draft))
        if found is None:
            found = self._guest(draft, phone)
            if email:
                self._by_email[email] = found
            elif phone:
                self._by_phone[phone] = found
            else:
                self._by_key[found.external_id] = found
        found.created_at = min(found.created_at, draft.head.created_at)
        return found

    def _guest(self, draft: OrderDraft, phone: str) -> Customer:
        head = draft.head
        first, _, last = (head.billing_name or head.shipping_name).strip().rpartition(" ")
        guest = Customer(
            id=new_id("cus"),
            first_name=first or last,
            last_name=last if first else "",
            email=head.email,
            phone=phone,
            guest=True,
            address=draft.billed_to,
            source=self._batch.source,
            external_id=by_email(head.email) or (f"phone:{phone}" if phone else _order_key(draft)),
            created_at=self._batch.now,
        )
        self.added.append(guest)
        self._batch.report.count("guests")
        return guest

    def method(self, customer: Customer, name: str, draft: OrderDraft) -> PaymentMethod:
        """The customer's way to pay of that name."""
        key = _method_key(customer.id, name)
        if key not in self._methods:
            kind, brand = kind_of(name)
            self._methods[key] = PaymentMethod(
                id=new_id("pm"),
                customer_id=customer.id,
                kind=kind,
                brand=brand,
                currency=self._batch.currency,
                source=self._batch.source,
                external_id=key,
                created_at=draft.head.created_at,
            )
            self.added.append(self._methods[key])
        return self._methods[key]


def kind_of(name: str) -> tuple[PaymentMethodKind, str]:
    """What sort of way to pay an export's name stands for, and its brand."""
    plain = name.casefold().replace("-", "_").replace(" ", "_")
    if "gift_card" in plain:
        return PaymentMethodKind.gift_card, ""
    for sign, brand in _WALLETS.items():
        if sign in plain:
            return PaymentMethodKind.wallet, brand
    if any(sign in name.casefold() for sign in _BY_HAND):
        words = name.replace("_", " ").strip()
        return PaymentMethodKind.wallet, "manual payment" if words.casefold() == "manual" else words
    return PaymentMethodKind.card, next((brand for brand in _CARDS if brand.casefold() in plain), "")


def _method_key(customer_id: str, name: str) -> str:
    return f"{customer_id}/{slug(name)}"


def _order_key(draft: OrderDraft) -> str:
    return f"order:{draft.head.name}"


def _phone(draft: OrderDraft) -> str:
    head = draft.head
    said = head.phone or head.billing_phone or head.shipping_phone
    country = str(draft.billed_to.get("country", ""))
    return e164(said, country) if said else ""
