"""The GraphQL documents about returns; see ``queries``.

``Order.returns`` is read only where ``Order.returnStatus`` says that there are any.
"""

from __future__ import annotations

from .queries import Document

# withCodeDiscountedTotalPriceSet and fees are left out: money comes with refunds
_RETURN = """
fragment ReturnF on Return {
  id name status createdAt requestApprovedAt closedAt
  order { id }
  decline { reason note }
  returnLineItems(first: $lines) {
    pageInfo { hasNextPage endCursor }
    nodes { ...ReturnLineF }
  }
  exchangeLineItems(first: 10) { nodes { id quantity title variantSku variantTitle } }
  reverseFulfillmentOrders(first: 2) { nodes { ...ReverseF } }
}
"""
_RETURN_LINE = """
fragment ReturnLineF on ReturnLineItemType {
  __typename id quantity refundedQuantity returnReasonNote customerNote
  returnReasonDefinition { id name }
  ... on ReturnLineItem { fulfillmentLineItem { id lineItem { id } } }
}
"""
_REVERSE_LINE = """
fragment ReverseLineF on ReverseFulfillmentOrderLineItem {
  id totalQuantity
  fulfillmentLineItem { id lineItem { id } }
  dispositions { id createdAt type quantity location { id } }
}
"""
_REVERSE = """
fragment ReverseF on ReverseFulfillmentOrder {
  id status
  lineItems(first: $lines) {
    pageInfo { hasNextPage endCursor }
    nodes { ...ReverseLineF }
  }
}
"""
_WHOLE = _RETURN + _RETURN_LINE + _REVERSE + _REVERSE_LINE

ORDER_RETURNS = Document(
    "OrderReturns",
    """
query OrderReturns($id: ID!, $first: Int!, $after: String, $lines: Int!) {
  order(id: $id) {
    id updatedAt
    returns(first: $first, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { ...ReturnF }
    }
  }
}
"""
    + _WHOLE,
    cost=700,
)

RETURN_BY_ID = Document(
    "ReturnById",
    "query ReturnById($id: ID!, $lines: Int!) { return(id: $id) { ...ReturnF } }"
    + _WHOLE,
    cost=350,
)

RETURN_LINES_PAGE = Document(
    "ReturnLinesPage",
    """
query ReturnLinesPage($id: ID!, $first: Int!, $after: String) {
  return(id: $id) {
    returnLineItems(first: $first, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { ...ReturnLineF }
    }
  }
}
"""
    + _RETURN_LINE,
    cost=402,
)

REVERSE_LINES_PAGE = Document(
    "ReverseLinesPage",
    """
query ReverseLinesPage($id: ID!, $first: Int!, $after: String) {
  reverseFulfillmentOrder(id: $id) {
    lineItems(first: $first, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { ...ReverseLineF }
    }
  }
}
"""
    + _REVERSE_LINE,
    cost=502,
)

RETURN_APPROVE = Document(
    "ReturnApproveRequest",
    """
mutation ReturnApproveRequest($input: ReturnApproveRequestInput!) {
  returnApproveRequest(input: $input) {
    return { id status }
    userErrors { field message code }
  }
}
""",
    cost=10,
    mutates=True,
)

RETURN_DECLINE = Document(
    "ReturnDeclineRequest",
    """
mutation ReturnDeclineRequest($input: ReturnDeclineRequestInput!) {
  returnDeclineRequest(input: $input) {
    return { id status }
    userErrors { field message code }
  }
}
""",
    cost=10,
    mutates=True,
)

DISPOSE = Document(
    "ReverseFulfillmentOrderDispose",
    """
mutation ReverseFulfillmentOrderDispose(
  $dispositions: [ReverseFulfillmentOrderDisposeInput!]!
) {
  reverseFulfillmentOrderDispose(dispositionInputs: $dispositions) {
    reverseFulfillmentOrderLineItems { ...ReverseLineF }
    userErrors { field message code }
  }
}
"""
    + _REVERSE_LINE,
    cost=10,
    mutates=True,
)

READS = (ORDER_RETURNS, RETURN_BY_ID, RETURN_LINES_PAGE, REVERSE_LINES_PAGE)
MUTATIONS = (RETURN_APPROVE, RETURN_DECLINE, DISPOSE)
