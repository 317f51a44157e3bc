"""Composite alarms: does one child in ALARM bring the composite into ALARM?

Source: PutCompositeAlarm, AlarmRule:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
The other children are taken to be in OK, as they are nearly always.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations

from sgwarden.model.monitoring import Alarm, CompositeAlarm
from sgwarden.model.refinements import Holes, parts_of
from sgwarden.model.truth import Maybe, Truth, all_of, any_of, maybe, negate, truth_of
from sgwarden.model.values import Unknown
from sgwarden.model.wildcards import same, same_in_any
from sgwarden.monitoring.arns import arn_spellings, display, join_text
from sgwarden.monitoring.links.link import Check

_TOKEN = re.compile(
    r'\s*(?:(AT_LEAST|ALARM|OK|INSUFFICIENT_DATA|TRUE|FALSE|AND|OR|NOT)\b|"([^"]*)"|([(),])|([^\s(),"]+))'
)
_MAX_TOKENS = 1_000
_MAX_OTHERS = 8


class _UnsupportedRule(Exception):
    """CloudWatch would refuse the rule, or it uses more than is supported here."""


def mentions(composite: CompositeAlarm, alarm: Alarm) -> Truth:
    """Return whether the rule of the composite alarm names the alarm."""
    if composite.alarm_rule is None:
        return False
    if isinstance(composite.alarm_rule, Unknown) and not composite.alarm_rule.parts:
        return truth_of(composite.alarm_rule)
    rule = _Rule(composite.alarm_rule)
    return any_of(*(_is(name, alarm) for name in rule.names()))


def composite_checks(composite: CompositeAlarm, alarm: Alarm) -> Sequence[Check]:
    """Return the checks that the alarm alone puts the composite into ALARM, and nothing mutes it."""
    checks = [_fires(composite, alarm)]
    if composite.actions_suppressor is not None:
        checks.append(
            Check(
                maybe(f"whether {display(composite.actions_suppressor)} mutes it"),
                "its actions_suppressor may mute it",
                "",
                "actions_suppressor",
            )
        )
    return checks


def _fires(composite: CompositeAlarm, alarm: Alarm) -> Check:
    rule = composite.alarm_rule
    found = f"its rule {display(rule)} does not hold when {alarm.address} alone is in ALARM"
    fix = "join the children with OR"
    if rule is None:
        return Check(False, "it has no alarm_rule", fix, "alarm_rule")
    if isinstance(rule, Unknown) and not rule.parts:
        return Check(truth_of(rule), "its alarm_rule is not known", "", "alarm_rule")
    try:
        parsed = _Rule(rule)
        alone = parsed.holds(alarm, frozenset())
        others = sorted({str(name) for name in parsed.names() if _is(name, alarm) is not True})
        if len(others) > _MAX_OTHERS:
            raise _UnsupportedRule("many alarms")
        worlds = [frozenset(each) for size in range(1, len(others) + 1) for each in combinations(others, size)]
        always = all(parsed.holds(alarm, world) is True for world in worlds) if alone is True else False
    except _UnsupportedRule as error:
        return Check(
            maybe(f"the alarm rule {display(rule)} ({error})"), "its alarm_rule is not understood", "", "alarm_rule"
        )
    if alone is True and not always:
        return Check(
            maybe(f"the state of other alarms in the rule {display(rule)}"),
            "other alarms may mute it",
            fix,
            "alarm_rule",
        )
    return Check(alone, found, fix, "alarm_rule")


def _is(name: str | Unknown, alarm: Alarm) -> Truth:
    """Return whether ``name`` in a rule, a name or an ARN, is the alarm."""
    if alarm.alarm_name is None:
        return False
    by_arn = same_in_any(name, arn_spellings(alarm, "cloudwatch", join_text("alarm:", alarm.alarm_name)))
    return any_of(same(name, alarm.alarm_name), by_arn)


class _Rule:
    """Recursive descent over one alarm rule: OR binds weaker than AND, NOT strongest."""

    def __init__(self, rule: str | Unknown) -> None:
        holes = Holes()
        text = "".join(part if isinstance(part, str) else holes.mark(part) for part in parts_of(rule))
        self._holes = holes
        self._tokens = _TOKEN.findall(text)[:_MAX_TOKENS]
        self._place = 0

    def names(self) -> list[str | Unknown]:
        """Return every alarm that the rule names."""
        return [self._holes.fill(quoted or bare) for _, quoted, _, bare in self._tokens if quoted or bare]

    def holds(self, alarm: Alarm, others: frozenset[str]) -> Truth:
        """Return whether the rule holds with the alarm and ``others`` in ALARM, and the rest in OK."""
        self._alarm, self._others, self._place = alarm, others, 0
        result = self._or()
        if self._place < len(self._tokens):
            raise _UnsupportedRule(self._peek())
        return result

    def _peek(self) -> str:
        return "".join(self._tokens[self._place]) if self._place < len(self._tokens) else ""

    def _take(self, expected: str = "") -> str:
        token = self._peek()
        if not token or (expected and token != expected):
            raise _UnsupportedRule(f"{expected or 'more'} expected")
        self._place += 1
        return token

    def _or(self) -> Truth:
        values = [self._and()]
        while self._peek() == "OR":
            self._take()
            values.append(self._and())
        return any_of(*values)

    def _and(self) -> Truth:
        values = [self._not()]
        while self._peek() == "AND":
            self._take()
            values.append(self._not())
        return all_of(*values)

    def _not(self) -> Truth:
        if self._peek() == "NOT":
            self._take()
            return negate(self._not())
        if self._peek() == "(":
            self._take()
            inside = self._or()
            self._take(")")
            return inside
        token = self._take()
        if token in ("TRUE", "FALSE"):
            return token == "TRUE"
        if token not in ("ALARM", "OK", "INSUFFICIENT_DATA"):
            raise _UnsupportedRule(token)
        self._take("(")
        name = self._holes.fill(self._take())
        self._take(")")
        ours = _is(name, self._alarm)
        if isinstance(ours, Maybe):
            return ours
        in_alarm = ours or str(name) in self._others
        return {"ALARM": in_alarm, "OK": not in_alarm, "INSUFFICIENT_DATA": False}[token]
