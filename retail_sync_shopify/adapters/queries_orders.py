"""The GraphQL documents about orders and what is shipped of them; see ``queries``.

Each long list of an order has a page of its own; lists with ``first`` that are no
connections have no cursor and are read anew when they are long.
"""

from __future__ import annotations

from .queries import Document

_MONEY = """
fragment MoneyF on MoneyBag {
  shopMoney { amount currencyCode }
  presentmentMoney { amount currencyCode }
}
"""
_TAX = """
fragment TaxF on TaxLine {
  title rate ratePercentage channelLiable
  priceSet { ...MoneyF }
}
"""
# An allocation says how much of a discount falls on one line, to the cent; it holds
# line, order and code discounts, which discountedTotalSet does not.
_DISCOUNT = """
fragment DiscountF on DiscountAllocation {
  allocatedAmountSet { ...MoneyF }
  discountApplication {
    __typename
    ... on DiscountCodeApplication { code }
    ... on ManualDiscountApplication { title }
    ... on AutomaticDiscountApplication { title }
    ... on ScriptDiscountApplication { title }
  }
}
"""
_ADDRESS = """
fragment AddressF on MailingAddress {
  firstName lastName name company address1 address2 zip city
  province provinceCode countryCodeV2 phone
}
"""
_LINE = """
fragment LineF on LineItem {
  id name sku quantity currentQuantity isGiftCard requiresShipping
  customAttributes { key value }
  sellingPlan { name sellingPlanId }
  variant { id barcode inventoryItem { id } }
  originalUnitPriceSet { ...MoneyF }
  discountAllocations { ...DiscountF }
  taxLines { ...TaxF }
  duties { id price { ...MoneyF } taxLines { ...TaxF } }
}
"""
_SHIPPING = """
fragment ShippingF on ShippingLine {
  id title code isRemoved
  originalPriceSet { ...MoneyF }
  currentDiscountedPriceSet { ...MoneyF }
  discountAllocations { ...DiscountF }
  taxLines { ...TaxF }
}
"""
_TRANSACTION = """
fragment TransactionF on OrderTransaction {
  id kind status test gateway createdAt processedAt
  parentTransaction { id }
  amountSet { ...MoneyF }
  amountRoundingSet { ...MoneyF }
}
"""
_FULFILLMENT_ORDER = """
fragment FulfillmentOrderF on FulfillmentOrder {
  id status fulfillBy
  deliveryMethod { methodType }
  assignedLocation { location { id } }
  fulfillmentHolds { reason reasonNotes displayReason handle heldByRequestingApp }
  supportedActions { action }
  lineItems(first: $foLines) {
    pageInfo { hasNextPage endCursor }
    nodes { id totalQuantity remainingQuantity lineItem { id } }
  }
}
"""
_DELIVERY = """
fragment DeliveryF on FulfillmentOrder {
  deliveryMethod { presentedName }
  assignedLocation { name address1 address2 zip city province countryCode phone }
  destination {
    firstName lastName company address1 address2 zip city province countryCode phone
    location { id }
  }
}
"""
_FULFILLMENT = """
fragment FulfillmentF on Fulfillment {
  id status createdAt deliveredAt
  location { id }
  fulfillmentOrders(first: 1) { nodes { deliveryMethod { methodType } } }
  trackingInfo(first: 10) { company number url }
  fulfillmentLineItems(first: $shippedLines) {
    pageInfo { hasNextPage endCursor }
    nodes { quantity lineItem { id } }
  }
}
"""
_REFUND_LINE = """
fragment RefundLineF on RefundLineItem {
  id quantity restockType restocked
  subtotalSet { ...MoneyF } totalTaxSet { ...MoneyF }
  location { id } lineItem { id }
}
"""

ORDERS_CHANGED = Document(
    "OrdersChanged",
    """
query OrdersChanged($first: Int!, $after: String, $query: String) {
  orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
    pageInfo { hasNextPage endCursor }
    nodes { id name updatedAt }
  }
}
""",
    cost=252,
)

ORDER = Document(
    "OrderFull",
    """
query OrderFull(
  $id: ID!, $lines: Int!, $fos: Int!, $foLines: Int!, $shippedLines: Int!
) {
  order(id: $id) {
    id name createdAt updatedAt cancelledAt cancelReason test sourceName
    retailLocation { id }
    currencyCode presentmentCurrencyCode taxesIncluded dutiesIncluded
    displayFinancialStatus displayFulfillmentStatus returnStatus
    email phone note tags poNumber customerLocale
    customAttributes { key value }
    customer {
      id legacyResourceId firstName lastName
      defaultEmailAddress { emailAddress }
      defaultPhoneNumber { phoneNumber }
    }
    purchasingEntity {
      ... on PurchasingCompany {
        company { id name externalId }
        location { id name externalId taxSettings { taxRegistrationId } }
      }
    }
    paymentTerms {
      paymentTermsName dueInDays
      paymentSchedules(first: 5) { nodes { dueAt } }
    }
    billingAddress { ...AddressF }
    shippingAddress { ...AddressF }
    risk { recommendation assessments { riskLevel } }
    totalPriceSet { ...MoneyF }
    currentTotalPriceSet { ...MoneyF }
    totalTaxSet { ...MoneyF }
    totalTipReceivedSet { ...MoneyF }
    totalCashRoundingAdjustment { paymentSet { ...MoneyF } }
    additionalFees { id name price { ...MoneyF } taxLines { ...TaxF } }
    lineItems(first: $lines) { pageInfo { hasNextPage endCursor } nodes { ...LineF } }
    shippingLines(first: 20, includeRemovals: true) { nodes { ...ShippingF } }
    transactions(first: 30) { ...TransactionF }
    fulfillmentOrders(first: $fos) {
      pageInfo { hasNextPage endCursor }
      nodes { ...FulfillmentOrderF ...DeliveryF }
    }
    fulfillments(first: 10) { ...FulfillmentF }
  }
}
"""
    + _DELIVERY
    + _MONEY
    + _TAX
    + _DISCOUNT
    + _ADDRESS
    + _LINE
    + _SHIPPING
    + _TRANSACTION
    + _FULFILLMENT_ORDER
    + _FULFILLMENT,
    cost=420,
)

ORDER_LINES_PAGE = Document(
    "OrderLinesPage",
    """
query OrderLinesPage($id: ID!, $first: Int!, $after: String) {
  order(id: $id) {
    updatedAt
    lineItems(first: $first, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { ...LineF }
    }
  }
}
"""
    + _LINE
    + _MONEY
    + _DISCOUNT
    + _TAX,
    cost=303,
)

# Lists with "first", no connections: they have no cursor.
ORDER_TRANSACTIONS = Document(
    "OrderTransactions",
    """
query OrderTransactions($id: ID!) {
  order(id: $id) { updatedAt transactions(first: 250) { ...TransactionF } }
}
"""
    + _TRANSACTION
    + _MONEY,
    cost=500,
)

ORDER_FULFILLMENTS = Document(
    "OrderFulfillments",
    """
query OrderFulfillments($id: ID!, $first: Int!, $shippedLines: Int!) {
  order(id: $id) { updatedAt fulfillments(first: $first) { ...FulfillmentF } }
}
"""
    + _FULFILLMENT,
    cost=700,
)

# Only asked for where units are wanted no more, or money went back: few orders.
ORDER_REFUNDS = Document(
    "OrderRefunds",
    """
query OrderRefunds($id: ID!, $first: Int!, $refundLines: Int!) {
  order(id: $id) {
    updatedAt
    refunds(first: $first) {
      id createdAt processedAt return { id }
      transactions(first: 3) { nodes { location { id } } }
      refundShippingLines(first: 5) {
        nodes {
          id
          shippingLine { id }
          subtotalAmountSet { ...MoneyF }
          taxAmountSet { ...MoneyF }
        }
      }
      duties { originalDuty { id } amountSet { ...MoneyF } }
      orderAdjustments(first: 5) {
        nodes { id amountSet { ...MoneyF } taxAmountSet { ...MoneyF } }
      }
      refundLineItems(first: $refundLines) {
        pageInfo { hasNextPage endCursor }
        nodes { ...RefundLineF }
      }
    }
  }
}
"""
    + _REFUND_LINE
    + _MONEY,
    cost=1000,
)

REFUND_LINES_PAGE = Document(
    "RefundLinesPage",
    """
query RefundLinesPage($id: ID!, $first: Int!, $after: String) {
  refund(id: $id) {
    refundLineItems(first: $first, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { ...RefundLineF }
    }
  }
}
"""
    + _REFUND_LINE
    + _MONEY,
    cost=302,
)

FULFILLMENT_LINES_PAGE = Document(
    "FulfillmentLinesPage",
    """
query FulfillmentLinesPage($id: ID!, $first: Int!, $after: String) {
  fulfillment(id: $id) {
    fulfillmentLineItems(first: $first, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { quantity lineItem { id } }
    }
  }
}
""",
    cost=202,
)

FULFILLMENT_ORDERS_PAGE = Document(
    "OrderFulfillmentOrders",
    """
query OrderFulfillmentOrders($id: ID!, $first: Int!, $after: String, $foLines: Int!) {
  order(id: $id) {
    updatedAt
    fulfillmentOrders(first: $first, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { ...FulfillmentOrderF }
    }
  }
}
"""
    + _FULFILLMENT_ORDER,
    cost=340,
)

ORDER_TO_SHIP = Document(
    "OrderToShip",
    """
query OrderToShip($id: ID!, $first: Int!, $foLines: Int!, $shippedLines: Int!) {
  order(id: $id) {
    updatedAt
    fulfillmentOrders(first: $first) {
      pageInfo { hasNextPage endCursor }
      nodes { ...FulfillmentOrderF }
    }
    fulfillments(first: 10) { ...FulfillmentF }
  }
}
"""
    + _FULFILLMENT_ORDER
    + _FULFILLMENT,
    cost=560,
)

FULFILLMENT_ORDER_LINES_PAGE = Document(
    "FulfillmentOrderLinesPage",
    """
query FulfillmentOrderLinesPage($id: ID!, $first: Int!, $after: String) {
  fulfillmentOrder(id: $id) {
    lineItems(first: $first, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { id totalQuantity remainingQuantity lineItem { id } }
    }
  }
}
""",
    cost=202,
)

# Webhooks about a fulfillment order do not name its order.
FULFILLMENT_ORDER_ORDER = Document(
    "FulfillmentOrderOrder",
    "query FulfillmentOrderOrder($id: ID!) { fulfillmentOrder(id: $id) { orderId } }",
    cost=1,
)

# The webhook returns/update names the return alone. Needs the scope read_returns.
RETURN_ORDER = Document(
    "ReturnOrder",
    "query ReturnOrder($id: ID!) { return(id: $id) { order { id } } }",
    cost=2,
)

ORDER_CANCELLATION = Document(
    "OrderCancellation",
    """
query OrderCancellation($id: ID!) { order(id: $id) { id cancelledAt } }
""",
    cost=1,
)

ORDER_CANCELLATION_JOB = Document(
    "OrderCancellationJob",
    """
query OrderCancellationJob($id: ID!, $job: ID!) {
  order(id: $id) { id cancelledAt }
  job(id: $job) { id done }
}
""",
    cost=2,
)

READS = (
    ORDERS_CHANGED,
    ORDER,
    ORDER_LINES_PAGE,
    ORDER_TRANSACTIONS,
    ORDER_FULFILLMENTS,
    ORDER_REFUNDS,
    REFUND_LINES_PAGE,
    FULFILLMENT_LINES_PAGE,
    FULFILLMENT_ORDERS_PAGE,
    ORDER_TO_SHIP,
    FULFILLMENT_ORDER_LINES_PAGE,
    FULFILLMENT_ORDER_ORDER,
    RETURN_ORDER,
    ORDER_CANCELLATION,
    ORDER_CANCELLATION_JOB,
)
