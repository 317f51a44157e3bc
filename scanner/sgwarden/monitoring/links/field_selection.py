"""Field selection criteria of a metric filter: does it process the events of the trail?

Source: PutMetricFilter, fieldSelectionCriteria
(https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html): ``@aws.account`` and
``@aws.region``, compared by ``=``, ``!=``, ``IN [...]`` and ``NOT IN [...]``, joined by AND and OR. The fields say from
where an event came; CloudTrail delivers to a log group of the trail's own account and region, so they are the filter's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from sgwarden.model.monitoring import Text
from sgwarden.model.truth import Truth, all_of, any_of, maybe, negate
from sgwarden.model.wildcards import same

_TOKEN = re.compile(r"""\s*(?:(@aws\.\w+)|(!=|=|[][(),])|(AND|OR|NOT|IN)\b|"([^"]*)"|'([^']*)'|(\S))""")
_MAX_TOKENS = 1_000


class _UnsupportedCriteria(Exception):
    """The criteria use more than is documented."""


def selects_events(criteria: str, account: Text, region: Text) -> Truth:
    """Return whether a filter with these criteria processes events of an account and region."""
    try:
        return _Parser(criteria, {"@aws.account": account, "@aws.region": region}).parse()
    except _UnsupportedCriteria:
        return maybe(f"which events the field selection criteria ({criteria:.80}) select")


class _Parser:
    """Recursive descent over the criteria."""

    def __init__(self, text: str, fields: Mapping[str, Text]) -> None:
        self._tokens = _TOKEN.findall(text.strip())[:_MAX_TOKENS]
        self._place = 0
        self._fields = fields

    def parse(self) -> Truth:
        result = self._or()
        if self._place < len(self._tokens):
            raise _UnsupportedCriteria
        return result

    def _peek(self) -> str:
        """Return the next field, operator or keyword; empty before a text and at the end."""
        if self._place >= len(self._tokens):
            return ""
        field, operator, keyword, *_ = self._tokens[self._place]
        return str(field or operator or keyword)

    def _take(self, *expected: str) -> str:
        token = self._peek()
        if token not in expected:
            raise _UnsupportedCriteria
        self._place += 1
        return token

    def _or(self) -> Truth:
        values = [self._and()]
        while self._peek() == "OR":
            self._take("OR")
            values.append(self._and())
        return any_of(*values)

    def _and(self) -> Truth:
        values = [self._comparison()]
        while self._peek() == "AND":
            self._take("AND")
            values.append(self._comparison())
        return all_of(*values)

    def _comparison(self) -> Truth:
        if self._peek() == "(":
            self._take("(")
            inside = self._or()
            self._take(")")
            return inside
        field = self._take(*self._fields)
        value = self._fields[field]
        operator = self._take("=", "!=", "IN", "NOT")
        if operator == "NOT":
            self._take("IN")
        texts = [self._text()] if operator in ("=", "!=") else self._list()
        if value is None:
            return maybe(f"the {field.removeprefix('@aws.')} of the log group")
        found = any_of(*(same(value, text) for text in texts))
        return negate(found) if operator in ("!=", "NOT") else found

    def _list(self) -> list[str]:
        self._take("[")
        texts = [self._text()]
        while self._peek() == ",":
            self._take(",")
            texts.append(self._text())
        self._take("]")
        return texts

    def _text(self) -> str:
        if self._place >= len(self._tokens) or self._peek() or self._tokens[self._place][5]:
            raise _UnsupportedCriteria
        *_, double, single, _ = self._tokens[self._place]
        self._place += 1
        return str(double or single)
