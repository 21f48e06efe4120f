"""The rules each policy file must state in its front matter."""

from decimal import Decimal
from typing import Annotated, ClassVar, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from commerce.identity.principal import Role

Days = Annotated[int, Field(ge=0, le=3650)]
Minor = Annotated[int, Field(ge=0)]
TimeOfDay = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Percent = Annotated[Decimal, Field(ge=0, le=100)]
Unsent = Literal["pending", "processing", "partly_shipped"]
"""Statuses in which an order still has something to send."""
Unpacked = Literal["pending", "processing"]
"""Statuses in which nothing of an order has been sent."""
Money = Literal["original", "gift_card", "any"]
"""A way to pay: the one the order was paid with, a gift card of the customer's, any of the customer's."""


class Rules(BaseModel):
    """The numbers of a policy. `policy` is the id of the file that states them."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    policy: ClassVar[str] = ""
    clauses: ClassVar[tuple[str, ...]] = ()
    """Clauses that the checks cite, so the prose must have them."""


def _among_reasons(required: bool, info: ValidationInfo) -> bool:
    if required and not info.data.get("reasons", True):
        raise ValueError("nobody can give a reason, because there are none")
    return required


class CancellationRules(Rules):
    """When an order or a line can be cancelled."""

    policy: ClassVar[str] = "cancellation"
    clauses: ClassVar[tuple[str, ...]] = (
        "cancellation.when",
        "cancellation.reasons",
        "cancellation.partial",
        "cancellation.refund",
    )
    statuses: list[Unsent]
    """Order statuses in which it can."""
    reasons: dict[str, str]
    """Reason codes to words, such as `ordered_by_mistake: ordered by mistake`."""
    reason_required: Annotated[bool, AfterValidator(_among_reasons), Field(validate_default=True)] = False
    partial: bool = True
    """Whether single lines can be cancelled."""


class AddressChangeRules(Rules):
    """When the shipping address of an order can be changed."""

    policy: ClassVar[str] = "address_change"
    clauses: ClassVar[tuple[str, ...]] = ("address_change.when", "address_change.countries")
    statuses: list[Unpacked]
    countries: list[str]
    """ISO codes the shop ships to."""


class ReturnRules(Rules):
    """When goods can come back, and what it costs."""

    policy: ClassVar[str] = "returns"
    clauses: ClassVar[tuple[str, ...]] = (
        "returns.window",
        "returns.condition",
        "returns.reasons",
        "returns.final_sale",
        "returns.fees",
        "returns.faulty",
        "returns.refund_method",
        "returns.hand_in",
    )
    window_days: Days | None
    """Days from delivery; `None` for ever."""
    reasons: dict[str, str]
    """Reason codes to words; none at all, and any reason is taken."""
    reason_required: Annotated[bool, AfterValidator(_among_reasons), Field(validate_default=True)] = True
    fault_reasons: list[str]
    """Reason codes where the shop is at fault: no fee of any kind."""
    restocking_fee_percent: Percent = Decimal(0)
    return_shipping_fee: Minor = 0
    final_sale_categories: list[str] = []
    hand_in_days: Days | None = 14
    """Days to hand in the parcel after the request; `None` for ever."""
    refund_to: Annotated[list[Literal["original", "gift_card"]], Field(min_length=1)] = ["original", "gift_card"]
    choose_method: bool = False
    """Whether the customer must name where the refund goes."""
    once_per_order: bool = False
    """Whether an order is sent back once, as a return or as an exchange."""

    @field_validator("fault_reasons")
    @classmethod
    def _known(cls, value: list[str], info: ValidationInfo) -> list[str]:
        unknown = set(value) - set(info.data.get("reasons", value))
        if unknown:
            raise ValueError(f"not among the reasons: {', '.join(sorted(unknown))}")
        return value


class DifferenceRules(Rules):
    """How a difference in price is paid, or paid back."""

    choose_method: bool = False
    """Whether the customer must say which payment takes it; otherwise it goes as the order was paid."""
    charge_to: Annotated[list[Money], Field(min_length=1)] = ["original", "gift_card"]
    refund_to: Annotated[list[Money], Field(min_length=1)] = ["original", "gift_card"]
    same_variant: bool = False
    """Whether a unit may be swapped for one just like it."""
    once_per_order: bool = False


class ItemChangeRules(DifferenceRules):
    """When items of an order can be swapped for other variants before they are packed."""

    policy: ClassVar[str] = "item_changes"
    clauses: ClassVar[tuple[str, ...]] = (
        "item_changes.when",
        "item_changes.variants",
        "item_changes.difference",
        "item_changes.once",
    )
    statuses: Annotated[list[Unpacked], Field(min_length=1)]
    blocks: list[Literal["cancellation", "address_change", "payment_changes"]] = []
    """What is over once items have been changed."""


class PaymentChangeRules(Rules):
    """When an order can be moved to another payment."""

    policy: ClassVar[str] = "payment_changes"
    clauses: ClassVar[tuple[str, ...]] = (
        "payment_changes.when",
        "payment_changes.methods",
        "payment_changes.refund",
    )
    statuses: Annotated[list[Unpacked], Field(min_length=1)]
    once_per_order: bool = False
    several: bool = True
    """Whether an order that was paid with several payments can be moved to one."""


class ExchangeRules(DifferenceRules):
    """When what has arrived is exchanged for other variants. Reasons and final sale are those of returns."""

    policy: ClassVar[str] = "exchanges"
    clauses: ClassVar[tuple[str, ...]] = (
        "exchanges.window",
        "exchanges.variants",
        "exchanges.difference",
        "exchanges.once",
        "exchanges.hand_in",
    )
    window_days: Days | None
    """Days from delivery; `None` for ever."""
    hand_in_days: Days | None = 14
    same_variant: bool = True
    reason_required: bool = False


class ProfileRules(Rules):
    """What customers may change of their own details."""

    policy: ClassVar[str] = "profile"
    clauses: ClassVar[tuple[str, ...]] = ("profile.address",)
    countries: Annotated[list[str], Field(min_length=1)]
    """ISO codes of the countries a default address may lie in."""


class RefundRules(Rules):
    """How money goes back."""

    policy: ClassVar[str] = "refunds"
    clauses: ClassVar[tuple[str, ...]] = ("refunds.timing", "refunds.original_method", "refunds.approval")
    card_days_min: Days
    card_days_max: Days
    """Business days."""
    wallet_days_min: Days
    wallet_days_max: Days
    approval_above: Minor | None
    """Refunds above this need a colleague's word, minor units; `None` where none does."""
    approval_role: Role = Role.lead

    @field_validator("card_days_max", "wallet_days_max")
    @classmethod
    def _not_before(cls, value: int, info: ValidationInfo) -> int:
        if value < info.data.get(str(info.field_name).replace("_max", "_min"), 0):
            raise ValueError("less than the fewest days")
        return value


class ShippingRules(Rules):
    """How orders travel."""

    policy: ClassVar[str] = "shipping"
    clauses: ClassVar[tuple[str, ...]] = ("shipping.times", "shipping.cost", "shipping.countries")
    cutoff: TimeOfDay
    processing_days: Days
    free_from: Minor
    standard_price: Minor
    express_price: Minor
    countries: list[str]


class LateRules(Rules):
    """When a parcel is late, and when it is lost."""

    policy: ClassVar[str] = "late_deliveries"
    clauses: ClassVar[tuple[str, ...]] = ("late_deliveries.late", "late_deliveries.lost")
    grace_days: Days
    lost_after_days: Days
    """Days past the promise, without a scan, after which a parcel counts as lost."""


class StockOutRules(Rules):
    """What happens when something sold is not in stock."""

    policy: ClassVar[str] = "out_of_stock"
    clauses: ClassVar[tuple[str, ...]] = ("out_of_stock.choices", "out_of_stock.other_place", "out_of_stock.waiting")
    wait_days_max: Days
    """Longest wait that is offered."""
    ship_from_stores: bool = True
    """Whether another place may send the item instead."""


class VerificationRules(Rules):
    """How a customer who is not signed in is recognised in the chat."""

    policy: ClassVar[str] = "verification"
    clauses: ClassVar[tuple[str, ...]] = ("verification.methods",)
    methods: Annotated[list[Literal["email_and_order", "email", "name_and_zip"]], Field(min_length=1)]
    max_attempts: Annotated[int, Field(ge=1, le=20)]


class ConfirmationRules(Rules):
    """How long a proposal waits for an answer."""

    policy: ClassVar[str] = "confirmations"
    clauses: ClassVar[tuple[str, ...]] = ("confirmations.expiry",)
    expires_minutes: Annotated[int, Field(ge=1, le=60 * 24 * 7)]


class SupportRules(Rules):
    """When people answer."""

    policy: ClassVar[str] = "support"
    clauses: ClassVar[tuple[str, ...]] = ("support.hours",)
    timezone: str
    hours: dict[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], list[TimeOfDay]]
    """Weekday to opening and closing time; a day that is absent is closed."""
    first_answer_minutes: Annotated[int, Field(ge=1)]
    """Within how long a waiting case is taken, in opening hours."""

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("not a time zone such as America/Denver")
        return value

    @field_validator("hours")
    @classmethod
    def _from_to(cls, value: dict[str, list[str]]) -> dict[str, list[str]]:
        for day, times in value.items():
            if len(times) != 2 or times[0] >= times[1]:
                raise ValueError(f"{day} needs an opening and a later closing time")
        return value


REQUIRED: tuple[type[Rules], ...] = (
    CancellationRules,
    AddressChangeRules,
    ReturnRules,
    RefundRules,
    ShippingRules,
    LateRules,
    StockOutRules,
    VerificationRules,
    ConfirmationRules,
    SupportRules,
)
"""Policies every shop must state."""

OPTIONAL: tuple[type[Rules], ...] = (ItemChangeRules, PaymentChangeRules, ExchangeRules, ProfileRules)
"""Policies of what a shop may offer: without the file it does not."""
