"""What a query costs, and the bucket it is paid from.

Nodes and unions cost 1, of interfaces and unions the dearest member counts, other
objects and scalars are free, a mutation is 10, a connection as many nodes as its
page may hold. The real calculation is cheaper for long pages; this one is an upper
estimate, which is the safe side for who must stay within it.
"""

import time
from collections.abc import Callable

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    GraphQLSchema,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_composite_type,
    is_interface_type,
    is_union_type,
)

from .defaults import PLANS

MUTATION = 10
MAX_QUERY = 1000


class Estimate:
    """Walk an operation and add up what it may cost, or what an answer did."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, variables: dict):
        self.schema = schema
        self.variables = variables or {}
        self.fragments = {
            node.name.value: node
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }

    def of(self, operation: OperationDefinitionNode, data: dict | None = None) -> int:
        """Give the cost asked for, or the actual one when ``data`` is given."""
        root = self.schema.get_root_type(operation.operation)
        if operation.operation.value == "mutation":
            return MUTATION * len(operation.selection_set.selections)
        return self._selection(operation.selection_set, root, [data] if data else None)

    def _selection(
        self,
        selection_set: SelectionSetNode,
        parent: GraphQLNamedType,
        rows: list | None,
    ) -> int:
        cost = 0
        members: dict[str, int] = {}
        for node in selection_set.selections:
            if isinstance(node, FieldNode):
                cost += self._field(node, parent, rows)
                continue
            if isinstance(node, FragmentSpreadNode):
                node = self.fragments[node.name.value]
            name = node.type_condition.name.value if node.type_condition else ""
            inner = self.schema.get_type(name) if name else parent
            part = self._selection(node.selection_set, inner, rows)
            members[inner.name] = members.get(inner.name, 0) + part
        cost += members.pop(parent.name, 0)
        return cost + max(members.values(), default=0)

    def _field(
        self, node: FieldNode, parent: GraphQLNamedType, rows: list | None
    ) -> int:
        definition = getattr(parent, "fields", {}).get(node.name.value)
        if definition is None or not is_composite_type(get_named_type(definition.type)):
            return 0
        named = get_named_type(definition.type)
        inner = None if rows is None else _inner(rows, node)
        if named.name.endswith("Connection"):
            return self._connection(node, named, inner)
        if inner == []:
            return 0
        count = len(inner) if inner and "Connection" in parent.name else 1
        return count * self._price(named) + self._selection(
            node.selection_set, named, inner
        )

    def _price(self, named: GraphQLNamedType) -> int:
        if is_union_type(named):
            return 1
        if is_interface_type(named):
            members = self.schema.get_possible_types(named)
            return max(self._price(member) for member in members)
        return int(any(one.name == "Node" for one in named.interfaces))

    def _connection(
        self, node: FieldNode, named: GraphQLNamedType, rows: list | None
    ) -> int:
        one = self._selection(node.selection_set, named, rows)
        if rows is not None:
            return one + 1
        return 2 + self._size(node) * one

    def _size(self, node: FieldNode) -> int:
        for argument in node.arguments:
            if argument.name.value in ("first", "last"):
                if isinstance(argument.value, IntValueNode):
                    return int(argument.value.value)
                if isinstance(argument.value, VariableNode):
                    return int(self.variables.get(argument.value.name.value) or 50)
        return 50


def _inner(rows: list, node: FieldNode) -> list:
    """Give what the rows hold under a field, lists flattened, nothing left out."""
    key = node.alias.value if node.alias else node.name.value
    found = []
    for row in rows:
        value = row.get(key) if isinstance(row, dict) else None
        found += value if isinstance(value, list) else [value]
    return [value for value in found if value is not None]


class Bucket:
    """Points that come back with time, as many a second as the plan says."""

    def __init__(
        self, settings: Callable[[], dict], clock: Callable[[], float] = time.monotonic
    ):
        self.settings = settings
        self.clock = clock
        self.level = self.maximum
        self.seen = clock()

    @property
    def rate(self) -> float:
        return float(PLANS[self.settings()["plan"]])

    @property
    def maximum(self) -> float:
        return self.rate * 20

    def available(self) -> float:
        now = self.clock()
        gained = (now - self.seen) * self.rate
        self.level = min(self.maximum, self.level + gained)
        self.seen = now
        return self.level

    def take(self, points: int) -> bool:
        """Take points if they are all there."""
        if points > self.available():
            return False
        self.level -= points
        return True

    def give_back(self, points: int) -> None:
        self.level = min(self.maximum, self.level + points)

    def empty(self) -> None:
        self.available()
        self.level = 0.0

    def status(self) -> dict:
        return {
            "maximumAvailable": self.maximum,
            "currentlyAvailable": int(self.available()),
            "restoreRate": self.rate,
        }
