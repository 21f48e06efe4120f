"""Every tool by name."""

from langchain_core.tools import BaseTool

from tools.changes import (
    propose_address_change,
    propose_cancellation,
    propose_return,
    propose_send_from,
    propose_wait,
)
from tools.handover import talk_to_person
from tools.identity import verify_customer
from tools.items import item_options, propose_swap
from tools.orders import get_order, list_orders, short_line_options, track_order
from tools.profile import my_details, propose_default_address, propose_payment_change
from tools.shop import find_policy, find_products, product_details

TOOLS: dict[str, BaseTool] = {
    each.name: each
    for each in (
        find_policy,
        find_products,
        get_order,
        item_options,
        my_details,
        list_orders,
        product_details,
        propose_address_change,
        propose_cancellation,
        propose_default_address,
        propose_payment_change,
        propose_return,
        propose_send_from,
        propose_swap,
        propose_wait,
        short_line_options,
        talk_to_person,
        track_order,
        verify_customer,
    )
}
