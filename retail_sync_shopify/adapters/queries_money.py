"""The GraphQL documents about an order's money; see ``queries``."""

from __future__ import annotations

from .queries import Document

_MONEY = """
fragment MoneyF on MoneyBag {
  shopMoney { amount currencyCode }
  presentmentMoney { amount currencyCode }
}
"""

# "refunds" and "transactions" are lists with "first": they have no cursor.
ORDER_REFUNDS = Document(
    "OrderRefunds",
    """
query OrderRefunds($id: ID!) {
  order(id: $id) { id cancelledAt refunds(first: 250) { id note } }
}
""",
    cost=252,
)

ORDER_MONEY = Document(
    "OrderMoney",
    """
query OrderMoney($id: ID!) {
  order(id: $id) {
    id presentmentCurrencyCode fullyPaid canMarkAsPaid
    transactions(first: 250) {
      id kind status gateway
      parentTransaction { id }
      amountSet { ...MoneyF }
    }
  }
}
"""
    + _MONEY,
    cost=502,
)

SUGGESTED_REFUND = Document(
    "OrderSuggestedRefund",
    """
query OrderSuggestedRefund(
  $id: ID!, $lines: [RefundLineItemInput!], $duties: [RefundDutyInput!]
  $shipping: Boolean, $amount: Money
) {
  order(id: $id) {
    id presentmentCurrencyCode
    suggestedRefund(
      refundLineItems: $lines, refundDuties: $duties
      refundShipping: $shipping, shippingAmount: $amount
    ) {
      amountSet { ...MoneyF }
      totalDutiesSet { ...MoneyF }
      maximumRefundableSet { ...MoneyF }
      suggestedTransactions {
        gateway
        parentTransaction { id }
        amountSet { ...MoneyF }
        maximumRefundableSet { ...MoneyF }
      }
    }
  }
}
"""
    + _MONEY,
    cost=10,
)

READS = (ORDER_REFUNDS, ORDER_MONEY, SUGGESTED_REFUND)
