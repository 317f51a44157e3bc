"""Alarms on metric math: the value of an expression over metrics with one event, and with none.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html. Supported are numbers, ids,
``+ - * /``, parentheses, FILL, SUM, MAX, MIN and AVG; everything else leaves the alarm undecided. An
operator on a metric without data gives no data; SUM, MAX, MIN and AVG leave such metrics out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from sgwarden.model.monitoring import MetricQuery
from sgwarden.model.truth import maybe, truth_of
from sgwarden.model.values import Unknown
from sgwarden.monitoring.links.link import Check

_TOKEN = re.compile(r"\s*(?:([A-Za-z_]\w*)|(\d+(?:\.\d+)?)|(.))")
_MAX_DEPTH = 20

Values = tuple[float, ...]


class _UnsupportedExpression(Exception):
    """The expression uses something that is not supported here."""


def compute_values(
    queries: Sequence[MetricQuery | Unknown], metric: MetricQuery, events: Values, quiet: Values
) -> tuple[Values, Values] | Check:
    """Return the values that the alarm sees, given those of one metric; a Check if that cannot be decided."""
    known = [query for query in queries if isinstance(query, MetricQuery)]
    unknown = next((query for query in queries if isinstance(query, Unknown)), None)
    if unknown is not None:
        return Check(truth_of(unknown), "one of its metric queries is not known", "", "metric_query")
    returned = [query for query in known if query.return_data is True]
    if not returned and len(known) == 1:
        returned = known
    if len(returned) != 1 or isinstance(returned[0].expression, Unknown):
        return Check(
            maybe("which metric query the alarm looks at"), "its metric queries are not known", "", "metric_query"
        )
    by_id = {str(query.id): query for query in known}
    try:
        loud = _worlds(by_id, returned[0], metric, events)
        silent = _worlds(by_id, returned[0], metric, quiet or (None,))
    except _UnsupportedExpression as error:
        return Check(maybe(f"metric math with {error}"), f"it computes {returned[0].expression}", "", "metric_query")
    if any(value is None for value in loud):
        return Check(
            False,
            f"it computes {returned[0].expression}, which has no data while one of its metrics has none",
            "wrap each metric in FILL(..., 0)",
            "metric_query",
        )
    return tuple(v for v in loud if v is not None), tuple(v for v in silent if v is not None)


def _worlds(
    queries: dict[str, MetricQuery], returned: MetricQuery, metric: MetricQuery, values: Sequence[float | None]
) -> list[float | None]:
    """Return the alarm's value for each value of the metric, all other metrics being without data."""
    return [_value(queries, returned, metric, value, 0) for value in values]


def _value(
    queries: dict[str, MetricQuery], query: MetricQuery, metric: MetricQuery, value: float | None, depth: int
) -> float | None:
    if depth > _MAX_DEPTH:
        raise _UnsupportedExpression("a circle")
    if query is metric:
        return value
    if query.expression is None:
        return None
    if isinstance(query.expression, Unknown):
        raise _UnsupportedExpression("an unknown expression")

    def named(name: str) -> float | None:
        if name not in queries:
            raise _UnsupportedExpression(name)
        return _value(queries, queries[name], metric, value, depth + 1)

    everything = [name for name, each in queries.items() if each.expression is None]
    return _Parser(query.expression, named, everything).parse()


class _Parser:
    """Recursive descent over one expression."""

    def __init__(self, text: str, named: Callable[[str], float | None], metrics: Sequence[str]) -> None:
        self._tokens = [match for match in _TOKEN.findall(text.strip()) if any(match)]
        self._place = 0
        self._depth = 0
        self._named = named
        self._metrics = metrics

    def parse(self) -> float | None:
        result = self._sum()
        if self._place < len(self._tokens):
            raise _UnsupportedExpression(self._peek())
        return result

    def _peek(self) -> str:
        return "".join(self._tokens[self._place]) if self._place < len(self._tokens) else ""

    def _take(self, expected: str = "") -> str:
        token = self._peek()
        if expected and token != expected:
            raise _UnsupportedExpression(token or "an incomplete expression")
        self._place += 1
        return token

    def _sum(self) -> float | None:
        left = self._product()
        while self._peek() in ("+", "-"):
            operator, right = self._take(), self._product()
            left = None if left is None or right is None else left + right if operator == "+" else left - right
        return left

    def _product(self) -> float | None:
        left = self._atom()
        while self._peek() in ("*", "/"):
            operator, right = self._take(), self._atom()
            if left is None or right is None or (operator == "/" and right == 0):
                left = None
            else:
                left = left * right if operator == "*" else left / right
        return left

    def _atom(self) -> float | None:
        self._depth += 1
        if self._depth > 200:
            raise _UnsupportedExpression("so many parts")
        name, number, other = self._tokens[self._place] if self._place < len(self._tokens) else ("", "", "")
        if number:
            self._take()
            return float(number)
        if other == "(":
            self._take()
            inside = self._sum()
            self._take(")")
            return inside
        if not name:
            raise _UnsupportedExpression(other or "an incomplete expression")
        self._take()
        return self._function(name) if self._peek() == "(" else self._named(name)

    def _function(self, name: str) -> float | None:
        if name == "FILL":
            return self._fill()
        if name not in ("SUM", "MAX", "MIN", "AVG"):
            raise _UnsupportedExpression(name)
        self._take("(")
        values = [value for value in self._list() if value is not None]
        self._take(")")
        if not values:
            return None
        if name == "AVG":
            return sum(values) / len(values)
        return sum(values) if name == "SUM" else max(values) if name == "MAX" else min(values)

    def _fill(self) -> float | None:
        self._take("(")
        value = self._sum()
        self._take(",")
        filling = self._sum() if self._peek() != "REPEAT" else None
        if filling is None:
            raise _UnsupportedExpression("FILL with REPEAT")
        self._take(")")
        return filling if value is None else value

    def _list(self) -> list[float | None]:
        if self._peek() == "METRICS":
            self._take()
            self._take("(")
            self._take(")")
            return [self._named(name) for name in self._metrics]
        bracket = self._peek() == "["
        if bracket:
            self._take()
        values = [self._sum()]
        while self._peek() == ",":
            self._take()
            values.append(self._sum())
        if bracket:
            self._take("]")
        return values
