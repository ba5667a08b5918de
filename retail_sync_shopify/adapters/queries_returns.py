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
_RETURNABLE_LINE = """
fragment ReturnableLineF on ReturnableFulfillmentLineItem {
  quantity fulfillmentLineItem { id lineItem { id } }
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

RETURN_NOTES = Document(
    "ReturnNotes",
    """
query ReturnNotes($id: ID!, $first: Int!, $after: String) {
  order(id: $id) {
    id
    returns(first: $first, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { id status returnLineItems(first: 1) { nodes { id returnReasonNote } } }
    }
  }
}
""",
    cost=205,
)

RETURNABLE = Document(
    "ReturnableFulfillments",
    """
query ReturnableFulfillments(
  $id: ID!, $first: Int!, $after: String, $lines: Int!
) {
  returnableFulfillments(orderId: $id, first: $first, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes {
      id
      fulfillment { id }
      returnableFulfillmentLineItems(first: $lines) {
        pageInfo { hasNextPage endCursor }
        nodes { ...ReturnableLineF }
      }
    }
  }
}
"""
    + _RETURNABLE_LINE,
    cost=330,
)

RETURNABLE_LINES_PAGE = Document(
    "ReturnableLinesPage",
    """
query ReturnableLinesPage($id: ID!, $first: Int!, $after: String) {
  returnableFulfillment(id: $id) {
    id
    returnableFulfillmentLineItems(first: $first, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { ...ReturnableLineF }
    }
  }
}
"""
    + _RETURNABLE_LINE,
    cost=203,
)

RETURN_REASONS = Document(
    "ReturnReasonDefinitions",
    """
query ReturnReasonDefinitions($first: Int!) {
  returnReasonDefinitions(first: $first) { nodes { id handle deleted } }
}
""",
    cost=102,
)

RETURN_CREATE = Document(
    "ReturnCreate",
    """
mutation ReturnCreate($input: ReturnInput!) {
  returnCreate(returnInput: $input) {
    return { id status }
    userErrors { field message code }
  }
}
""",
    cost=10,
    mutates=True,
)

RETURN_CANCEL = Document(
    "ReturnCancel",
    """
mutation ReturnCancel($id: ID!) {
  returnCancel(id: $id) {
    return { id status }
    userErrors { field message code }
  }
}
""",
    cost=10,
    mutates=True,
)

READS = (
    ORDER_RETURNS,
    RETURN_BY_ID,
    RETURN_LINES_PAGE,
    REVERSE_LINES_PAGE,
    RETURN_NOTES,
    RETURNABLE,
    RETURNABLE_LINES_PAGE,
    RETURN_REASONS,
)
MUTATIONS = (RETURN_APPROVE, RETURN_DECLINE, RETURN_CREATE, RETURN_CANCEL, DISPOSE)
