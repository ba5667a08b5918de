"""The GraphQL documents about draft orders; they need the scope ``read_draft_orders``.

A line has what is taken off it and its taxes; the draft's own discount is told by two
subtotals alone, with and without it.
"""

from __future__ import annotations

from .queries import Document
from .queries_orders import _ADDRESS, _MONEY, _TAX

_DRAFT_LINE = """
fragment DraftLineF on DraftOrderLineItem {
  id name sku quantity isGiftCard requiresShipping
  customAttributes { key value }
  variant { id barcode inventoryItem { id } }
  originalUnitPriceSet { ...MoneyF }
  originalTotalSet { ...MoneyF }
  discountedTotalSet { ...MoneyF }
  appliedDiscount { title }
  taxLines { ...TaxF }
}
"""

DRAFTS_CHANGED = Document(
    "DraftOrdersChanged",
    """
query DraftOrdersChanged($first: Int!, $after: String, $query: String) {
  draftOrders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
    pageInfo { hasNextPage endCursor }
    nodes { id name updatedAt }
  }
}
""",
    cost=252,
)

DRAFT = Document(
    "DraftOrderFull",
    """
query DraftOrderFull($id: ID!, $lines: Int!) {
  draftOrder(id: $id) {
    id name createdAt updatedAt
    currencyCode presentmentCurrencyCode taxesIncluded
    email phone note2 tags poNumber discountCodes
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
    order { id }
    appliedDiscount { title }
    lineItemsSubtotalPrice { ...MoneyF }
    subtotalPriceSet { ...MoneyF }
    totalTaxSet { ...MoneyF }
    totalPriceSet { ...MoneyF }
    lineItems(first: $lines) {
      pageInfo { hasNextPage endCursor }
      nodes { ...DraftLineF }
    }
    shippingLine {
      id title code
      originalPriceSet { ...MoneyF }
      discountedPriceSet { ...MoneyF }
      taxLines { ...TaxF }
    }
  }
}
"""
    + _DRAFT_LINE
    + _ADDRESS
    + _MONEY
    + _TAX,
    cost=300,
)

DRAFT_LINES_PAGE = Document(
    "DraftOrderLinesPage",
    """
query DraftOrderLinesPage($id: ID!, $first: Int!, $after: String) {
  draftOrder(id: $id) {
    updatedAt
    lineItems(first: $first, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { ...DraftLineF }
    }
  }
}
"""
    + _DRAFT_LINE
    + _MONEY
    + _TAX,
    cost=303,
)

# An order does not name its draft: those that may have become it are asked, by their
# ids, for the search lags behind.
DRAFTS_ORDERED = Document(
    "DraftOrdersOrdered",
    """
query DraftOrdersOrdered($ids: [ID!]!) {
  nodes(ids: $ids) { ... on DraftOrder { id order { id } } }
}
""",
    cost=500,
)

READS = (DRAFTS_CHANGED, DRAFT, DRAFT_LINES_PAGE, DRAFTS_ORDERED)
