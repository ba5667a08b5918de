"""The GraphQL mutations about an order's money; see ``mutations``.

Only ``refundCreate`` takes a key; the others are read back before they are sent again.
"""

from __future__ import annotations

from .queries import Document

# Its errors have no code. An empty list of transactions gives no money back.
REFUND_CREATE = Document(
    "RefundCreate",
    """
mutation RefundCreate($input: RefundInput!, $idempotencyKey: String!) {
  refundCreate(input: $input) @idempotent(key: $idempotencyKey) {
    refund { id note }
    userErrors { field message }
  }
}
""",
    cost=12,
    mutates=True,
    idempotent=True,
)

ORDER_CAPTURE = Document(
    "OrderCapture",
    """
mutation OrderCapture($input: OrderCaptureInput!) {
  orderCapture(input: $input) {
    transaction { id status errorCode }
    userErrors { field message }
  }
}
""",
    cost=11,
    mutates=True,
)

TRANSACTION_VOID = Document(
    "TransactionVoid",
    """
mutation TransactionVoid($parentTransactionId: ID!) {
  transactionVoid(parentTransactionId: $parentTransactionId) {
    transaction { id status }
    userErrors { field message code }
  }
}
""",
    cost=11,
    mutates=True,
)

# Books all that is due: a sale, or the capture of an authorization.
ORDER_MARK_AS_PAID = Document(
    "OrderMarkAsPaid",
    """
mutation OrderMarkAsPaid($input: OrderMarkAsPaidInput!) {
  orderMarkAsPaid(input: $input) {
    order { id fullyPaid }
    userErrors { field message }
  }
}
""",
    cost=11,
    mutates=True,
)

MUTATIONS = (REFUND_CREATE, ORDER_CAPTURE, TRANSACTION_VOID, ORDER_MARK_AS_PAID)
