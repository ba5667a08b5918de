"""What crosses the border: frozen records in our words and our units.

Adapters make documents from payloads, importers make Odoo records from documents; no
payload key is read anywhere else. Amounts are ``Decimal`` in the order's currency,
times are aware ``datetime`` in UTC, ``external_id`` is the channel's opaque id and
``external_ref`` what a person reads. ``extra`` carries what a module adds, by module.
"""

from .draft import Draft
from .money import (
    Back,
    OfferedBack,
    OfferedTender,
    PaymentAction,
    RefundOffer,
    Tender,
)
from .notice import Demand, Notice
from .order import (
    Address,
    Charge,
    Company,
    Customer,
    Delivery,
    Discount,
    Order,
    OrderLine,
    Payment,
    Tax,
    Terms,
)
from .places import PickupReady, PlaceMove
from .refund import KEPT, NEVER_LEFT, PUT_BACK, Refund, RefundLine
from .returns import (
    Disposed,
    Disposition,
    Received,
    ReturnDecision,
    ReturnLine,
    ReturnMade,
    ReturnRequest,
)
from .service import AddressChange, Hold
from .shipment import (
    Cancellation,
    Refunded,
    Returned,
    Shipment,
    ShipmentOrder,
    ShipmentOrderLine,
    Shipped,
    Tracking,
    TrackingChange,
)
from .states import (
    NOTHING,
    ZERO,
    Flow,
    FulfillmentState,
    LineKind,
    PaymentState,
    RiskLevel,
    nothing,
)
from .stock import (
    Item,
    LevelReading,
    LevelRef,
    LevelWrite,
    Place,
    StockCount,
    StockPush,
    StockReport,
)

__all__ = [
    "KEPT",
    "NEVER_LEFT",
    "NOTHING",
    "PUT_BACK",
    "ZERO",
    "Address",
    "AddressChange",
    "Back",
    "Cancellation",
    "Charge",
    "Company",
    "Customer",
    "Delivery",
    "Demand",
    "Discount",
    "Disposed",
    "Disposition",
    "Draft",
    "Flow",
    "FulfillmentState",
    "Hold",
    "Item",
    "LevelReading",
    "LevelRef",
    "LevelWrite",
    "LineKind",
    "Notice",
    "OfferedBack",
    "OfferedTender",
    "Order",
    "OrderLine",
    "Payment",
    "PaymentAction",
    "PaymentState",
    "PickupReady",
    "Place",
    "PlaceMove",
    "Received",
    "Refund",
    "RefundLine",
    "RefundOffer",
    "Refunded",
    "ReturnDecision",
    "ReturnLine",
    "ReturnMade",
    "ReturnRequest",
    "Returned",
    "RiskLevel",
    "Shipment",
    "ShipmentOrder",
    "ShipmentOrderLine",
    "Shipped",
    "StockCount",
    "StockPush",
    "StockReport",
    "Tax",
    "Tender",
    "Terms",
    "Tracking",
    "TrackingChange",
    "nothing",
]
