"""Orders as their owner, a colleague or a tool is shown them."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field


class _View(BaseModel):
    model_config = ConfigDict(frozen=True)


class LineView(_View):
    """An order line."""

    id: str
    product_id: str
    variant_id: str
    handle: str
    """The product page's part of the address."""
    title: str
    options: dict[str, str]
    category: str
    quantity: int
    unit_price: int
    cancelled: int
    short: int
    shipped: int
    returned: int
    restock_on: date | None
    image_url: str = ""

    @property
    def open_quantity(self) -> int:
        """Units that can still be cancelled."""
        return self.quantity - self.cancelled - self.shipped

    @property
    def returnable(self) -> int:
        """Units that have arrived and not gone back."""
        return self.shipped - self.returned


class ParcelView(_View):
    """A parcel."""

    id: str
    carrier: str
    service: str
    tracking_number: str
    tracking_url: str
    status: str
    shipped_at: datetime | None
    promised_on: date | None
    estimated_on: date | None
    delivered_at: datetime | None
    delay_reason: str
    last_event: str = ""
    """The latest scan in words."""
    last_place: str = ""
    last_event_at: datetime | None = None


class PaymentView(_View):
    """What was paid, and how."""

    payment_method_id: str
    method: str
    """`Visa ending 4242`."""
    kind: str
    amount: int
    refunded: int

    @property
    def held(self) -> int:
        """What of it was not given back."""
        return self.amount - self.refunded


class NewItemView(_View):
    """What is sent in exchange."""

    variant_id: str
    title: str
    options: dict[str, str]
    quantity: int


class ReturnView(_View):
    """A return or an exchange."""

    number: str
    kind: str
    """`return` or `exchange`."""
    status: str
    refund_amount: int
    difference: int
    """Of an exchange: what the new items cost more; negative where less."""
    method: str
    due_on: date | None
    line_ids: list[str]
    new_items: list[NewItemView]


class OrderSummary(_View):
    """An order in a list."""

    id: str
    number: str
    status: str
    placed_at: datetime | None
    """`None` where nobody knows."""
    judged_on: date = Field(exclude=True)
    """The day whose policies hold for it."""
    currency: str
    total: int
    promised_on: date | None
    items_changed: bool
    """Whether items were swapped for other variants after it was placed."""
    may: list[str]
    """Kinds of action that its status and the one-time rules leave open; they check everything else themselves."""
    lines: list[LineView]


class OrderView(OrderSummary):
    """An order with everything that belongs to it."""

    customer_id: str
    ship_to: dict[str, str]
    subtotal: int
    discount: int
    shipping: int
    tax: int
    parcels: list[ParcelView]
    payments: list[PaymentView]
    returns: list[ReturnView]
    cancel_reason: str
    cancelled_at: datetime | None


class DeliveryView(_View):
    """Where an order is, and whether what was promised holds."""

    number: str
    status: str
    state: str
    """`preparing`, `on_its_way`, `out_for_delivery`, `delivered`, `late`, `lost`, `waiting_for_stock`, `cancelled`."""
    promised_on: date | None
    expected_on: date | None
    days_late: int
    """Calendar days past the promise; 0 when on time."""
    reason: str
    """Why it is late, in words; empty when it is not or nobody knows."""
    parcels: list[ParcelView]
    short_lines: list[LineView]
    """Lines that were sold and are not in stock."""
    clauses: list[str]
    """Policy clauses that say what the customer may expect."""


class PlaceOption(_View):
    """A place that could send something instead."""

    location_id: str
    name: str
    kind: str
    available: int
    """Units free to sell beyond the place's safety stock."""


class ShortLineOptions(_View):
    """What can be done about a line that was sold and is not in stock."""

    number: str
    line: LineView
    places: list[PlaceOption]
    """Places that can spare every missing unit, most first; stores only where the policy lets them send."""
    restock_on: date | None
    """When the goods are expected; `None` where nobody knows."""
    may_wait: bool
    """Whether the policy offers to wait that long."""
    clauses: list[str]
