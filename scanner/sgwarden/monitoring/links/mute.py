"""Mute rules: does one keep the actions of an alarm from running?

Source: PutAlarmMuteRule (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutAlarmMuteRule.html): a
schedule (``cron(...)`` with five fields, or ``at(...)``) starts a window of a given length (``PT4H``, ``P1D``), in which
alarms are evaluated and take no actions. A composite alarm over a muted alarm still acts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from sgwarden.model.monitoring import Alarm, CompositeAlarm, MuteRule
from sgwarden.model.truth import Truth, all_of, any_of, maybe, truth_of
from sgwarden.model.values import Unknown
from sgwarden.model.wildcards import same
from sgwarden.monitoring.arns import display
from sgwarden.monitoring.links.link import Check

_DURATION = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_MINUTES = (7 * 24 * 60, 24 * 60, 60, 1)
_CRON = re.compile(r"cron\((\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\)")
_WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_DAY = 24 * 60
_WEEK = 7 * _DAY


def mute_checks(alarm: Alarm | CompositeAlarm, rules: Iterable[MuteRule]) -> Iterator[Check]:
    """Yield a check for each mute rule that may keep the actions of the alarm from running."""
    for rule in rules:
        targeted = _targets(rule, alarm)
        if targeted is False or rule.status == "EXPIRED":
            continue
        window = f"{display(rule.expression)} for {display(rule.duration)}"
        exists: Truth = True if rule.may_exist is None else truth_of(rule.may_exist)
        muted = all_of(targeted, exists, _always(rule))
        fix = f"take it out of the alarm_names of {rule.address}"
        if muted is True:
            yield Check(False, f"{rule.address} always mutes it ({window}): it tells nobody", fix, "alarm_name")
        else:
            unknown = muted if muted is not False else maybe(f"when {rule.address} mutes {alarm.address} ({window})")
            yield Check(unknown, f"{rule.address} mutes it at times ({window})", fix, "alarm_name")


def _targets(rule: MuteRule, alarm: Alarm | CompositeAlarm) -> Truth:
    """Return whether the rule is for the alarm: names are unique in an account and region."""
    for own, other in ((rule.region, alarm.region), (rule.account, alarm.account)):
        if isinstance(own, str) and isinstance(other, str) and own != other:
            return False
    if isinstance(rule.alarm_names, Unknown):
        return truth_of(rule.alarm_names)
    if alarm.alarm_name is None:
        return False
    return any_of(*(same(name, alarm.alarm_name) for name in rule.alarm_names))


def _always(rule: MuteRule) -> Truth:
    """Return whether each window of the rule lasts until the next one begins."""
    for value in (rule.expression, rule.duration, rule.expire_date):
        if isinstance(value, Unknown):
            return truth_of(value)
    if rule.expire_date is not None or rule.start_date is not None:
        return maybe(f"{rule.address} mutes from {display(rule.start_date)} to {display(rule.expire_date)}")
    length, gap = duration_minutes(str(rule.duration)), longest_gap(str(rule.expression))
    return length is not None and gap is not None and length >= gap


def duration_minutes(text: str) -> int | None:
    """Return the minutes of an ISO 8601 duration of weeks, days, hours and minutes; None for other text."""
    found = _DURATION.fullmatch(text)
    if found is None:
        return None
    return sum(int(number or 0) * minutes for number, minutes in zip(found.groups(), _MINUTES, strict=False))


def longest_gap(expression: str) -> int | None:
    """Return the most minutes from one start of a ``cron(...)`` schedule to the next.

    None where that hangs on the calendar (days of the month, months) or the expression is another one.
    """
    found = _CRON.fullmatch(expression.strip())
    if found is None or found[3] not in ("*", "?") or found[4] not in ("*", "?"):
        return None
    minutes, hours = _field(found[1], 0, 59), _field(found[2], 0, 23)
    days = _field(_numbered(found[5]), 0, 7)
    if not minutes or not hours or not days:
        return None
    starts = sorted({day % 7 * _DAY + hour * 60 + minute for day in days for hour in hours for minute in minutes})
    return max(after - before for before, after in zip(starts, [*starts[1:], starts[0] + _WEEK], strict=True))


def _numbered(days: str) -> str:
    """Return a field for days of the week with numbers for names."""
    return re.sub(
        r"[A-Z]{3}", lambda name: str(_WEEKDAYS.index(name[0])) if name[0] in _WEEKDAYS else "x", days.upper()
    )


def _field(text: str, first: int, last: int) -> set[int]:
    """Return the numbers of one field of a schedule; none for what is not understood."""
    numbers: set[int] = set()
    for part in text.split(","):
        found = re.fullmatch(r"(?:[*?]|(\d{1,2})(?:-(\d{1,2}))?)(?:/(\d{1,2}))?", part)
        if found is None or found[3] == "0":
            return set()
        low = int(found[1]) if found[1] else first
        high = int(found[2]) if found[2] else low if found[1] and not found[3] else last
        numbers.update(range(low, high + 1, int(found[3] or 1)))
    return {number for number in numbers if first <= number <= last}
