"""The rules each policy file must state in its front matter."""

from decimal import Decimal
from typing import Annotated, ClassVar, Literal
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from commerce.identity.principal import Role

Days = Annotated[int, Field(ge=0, le=3650)]
Minor = Annotated[int, Field(ge=0)]
TimeOfDay = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Percent = Annotated[Decimal, Field(ge=0, le=100)]
StatusName = Literal["pending", "processing", "partly_shipped", "shipped", "delivered", "cancelled"]


class Rules(BaseModel):
    """The numbers of a policy. `policy` is the id of the file that states them."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    policy: ClassVar[str] = ""
    clauses: ClassVar[tuple[str, ...]] = ()
    """Clauses that the checks cite, so the prose must have them."""


class CancellationRules(Rules):
    """When an order or a line can be cancelled."""

    policy: ClassVar[str] = "cancellation"
    clauses: ClassVar[tuple[str, ...]] = (
        "cancellation.when",
        "cancellation.reasons",
        "cancellation.partial",
        "cancellation.refund",
    )
    statuses: list[StatusName]
    """Order statuses in which it can."""
    reasons: dict[str, str]
    """Reason codes to words, such as `ordered_by_mistake: ordered by mistake`."""
    reason_required: bool = False
    partial: bool = True
    """Whether single lines can be cancelled."""


class AddressChangeRules(Rules):
    """When the shipping address of an order can be changed."""

    policy: ClassVar[str] = "address_change"
    clauses: ClassVar[tuple[str, ...]] = ("address_change.when", "address_change.countries")
    statuses: list[StatusName]
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
    window_days: Days
    """Days from delivery."""
    reasons: dict[str, str]
    reason_required: bool = True
    fault_reasons: list[str]
    """Reason codes where the shop is at fault: no fee of any kind."""
    restocking_fee_percent: Percent = Decimal(0)
    return_shipping_fee: Minor = 0
    final_sale_categories: list[str] = []
    hand_in_days: Days = 14
    """Days to hand in the parcel after the request."""
    refund_to: list[Literal["original", "gift_card"]] = ["original", "gift_card"]
    once_per_order: bool = False

    @field_validator("fault_reasons")
    @classmethod
    def _known(cls, value: list[str], info: ValidationInfo) -> list[str]:
        unknown = set(value) - set(info.data.get("reasons", value))
        if unknown:
            raise ValueError(f"not among the reasons: {', '.join(sorted(unknown))}")
        return value


class RefundRules(Rules):
    """How money goes back."""

    policy: ClassVar[str] = "refunds"
    clauses: ClassVar[tuple[str, ...]] = ("refunds.timing", "refunds.original_method", "refunds.approval")
    card_days_min: Days
    card_days_max: Days
    """Business days."""
    wallet_days_min: Days
    wallet_days_max: Days
    approval_above: Minor
    """Refunds above this need a colleague's word; minor units."""
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
