"""One finding for one opening: what a broader policy repeats about the same rule and ports is told with the narrower.

A rule that opens SSH breaks the rules about administration ports, about high-risk ports and about unlisted ports. That
is one fault with one remedy, and one reason excuses it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from sgwarden.findings import Finding, Report, Verdict

_Subject = tuple[str, str, tuple[str, ...]]
_Kind = tuple[object, ...]


def gathered(report: Report) -> Report:
    """The report without findings that others make needless; those name the policies in ``also``.

    Call it last, when severities, suppressions and what a comparison says are settled: a policy that is not asked makes
    nothing needless, and a finding that is suppressed takes along what it stands for.
    """
    implied: dict[str, tuple[str, ...]] = {policy.id: getattr(policy, "implies", ()) for policy in report.policies}
    if not any(implied.values()):
        return report
    comparison = report.comparison
    if comparison is not None:
        comparison = replace(comparison, fixed=_left(comparison.fixed, implied))
    return replace(report, findings=_left(report.findings, implied), comparison=comparison)


def _left(findings: Sequence[Finding], implied: Mapping[str, tuple[str, ...]]) -> tuple[Finding, ...]:
    # One of each kind: a list whose elements are not known can make any number of rules that nothing tells apart.
    by_subject: dict[_Subject, dict[_Kind, Finding]] = {}
    for finding in findings:
        by_subject.setdefault(_subject(finding), {}).setdefault(_kind(finding), finding)
    left = []
    for finding in findings:
        about_the_same = by_subject[_subject(finding)].values()
        if any(_stands_for(each, finding, implied) for each in about_the_same):
            continue
        also, controls = _gathered(finding, about_the_same, implied)
        left.append(replace(finding, also=also, controls=controls) if also else finding)
    return tuple(left)


def _subject(finding: Finding) -> _Subject:
    return finding.root, finding.address, finding.identity


def _kind(finding: Finding) -> _Kind:
    """All that ``_stands_for`` looks at, of findings about one subject."""
    evidence = finding.evidence
    return (
        finding.policy, finding.verdict, finding.severity, finding.status, finding.asked,
        "checkov" in evidence, repr(evidence.get("ports")),
    )  # fmt: skip


def _gathered(
    finding: Finding, about_the_same: Iterable[Finding], implied: Mapping[str, tuple[str, ...]]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The policies that ``finding`` stands for, and the controls of all."""
    others = [each for each in about_the_same if _stands_for(finding, each, implied)]
    controls = (control for each in (finding, *others) for control in each.controls)
    return tuple(dict.fromkeys(each.policy for each in others)), tuple(dict.fromkeys(controls))


def _stands_for(one: Finding, other: Finding, implied: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether ``other`` says nothing that ``one`` does not: no worse, no more certain, no newer, about no further port."""
    return (
        other.policy in implied.get(one.policy, ())
        and one.asked
        and other.asked
        and not (one.status == "existing" and other.status == "new")
        and other.severity <= one.severity
        and (one.verdict is Verdict.FAIL or other.verdict is Verdict.UNDECIDED)
        and "checkov" not in other.evidence
        and _names_no_more(one, other)
    )


def _names_no_more(one: Finding, other: Finding) -> bool:
    named = one.evidence.get("ports")
    if named is None:  # it is about every port of the rule
        return True
    ports = other.evidence.get("ports")
    if ports is None:
        low, high = other.evidence.get("from_port"), other.evidence.get("to_port")
        if not isinstance(low, int) or not isinstance(high, int) or high - low >= len(named):
            return False
        ports = range(low, high + 1)
    return set(ports) <= set(named)
