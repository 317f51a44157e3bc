"""One finding for one opening: a finding that only repeats a narrower policy's is subsumed by it.

A rule that opens SSH breaks the rules about administration ports, about high-risk ports and about unlisted ports. That
is one fault with one remedy, and one reason excuses it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from sgwarden.findings import Finding, Report, Verdict

_Implied = Mapping[str, tuple[str, ...]]
"""By policy: the broader policies that it implies."""


def subsume(report: Report) -> Report:
    """Return the report without subsumed findings; those that are left name their policies in ``also``.

    Call it last, when severities, suppressions and the comparison are settled: a finding of a disabled policy
    subsumes nothing, and a suppressed finding subsumes what it would if it were not.
    """
    implied: _Implied = {policy.id: getattr(policy, "implies", ()) for policy in report.policies}
    if not any(implied.values()):
        return report
    comparison = report.comparison
    if comparison is not None:
        comparison = replace(comparison, fixed=_remaining(comparison.fixed, implied))
    return replace(report, findings=_remaining(report.findings, implied), comparison=comparison)


def _remaining(findings: Sequence[Finding], implied: _Implied) -> tuple[Finding, ...]:
    # One of each kind: a list whose elements are not known can make any number of rules that nothing tells apart.
    by_subject: dict[tuple[object, ...], dict[tuple[object, ...], Finding]] = {}
    for finding in findings:
        by_subject.setdefault(_subject(finding), {}).setdefault(_kind(finding), finding)
    remaining = []
    for finding in findings:
        same_subject = by_subject[_subject(finding)].values()
        if not any(_subsumes(each, finding, implied) for each in same_subject):
            remaining.append(_with_subsumed(finding, same_subject, implied))
    return tuple(remaining)


def _subject(finding: Finding) -> tuple[object, ...]:
    return finding.root, finding.address, finding.identity


def _kind(finding: Finding) -> tuple[object, ...]:
    """Return all that ``_subsumes`` looks at, of findings about one subject."""
    evidence = finding.evidence
    ports = repr(evidence.get("ports"))  # a policy of the user's may have put anything there
    by = finding.policy, finding.verdict, finding.severity, finding.status, finding.enabled
    return (*by, "checkov" in evidence, ports)


def _with_subsumed(finding: Finding, same_subject: Iterable[Finding], implied: _Implied) -> Finding:
    """Return the finding with the policies of all that it subsumes, and the controls of all."""
    others = [each for each in same_subject if _subsumes(finding, each, implied)]
    if not others:
        return finding
    controls = (control for each in (finding, *others) for control in each.controls)
    also = dict.fromkeys(each.policy for each in others)
    return replace(finding, also=tuple(also), controls=tuple(dict.fromkeys(controls)))


def _subsumes(one: Finding, other: Finding, implied: _Implied) -> bool:
    """Return True if ``other`` adds nothing to ``one``: it is no worse, no more certain, no newer, and names no
    further port."""
    return (
        other.policy in implied.get(one.policy, ())
        and one.enabled
        and other.enabled
        and not (one.status == "existing" and other.status == "new")
        and other.severity <= one.severity
        and (one.verdict is Verdict.FAIL or other.verdict is Verdict.UNDECIDED)
        and "checkov" not in other.evidence
        and _names_no_more_ports(one, other)
    )


def _names_no_more_ports(one: Finding, other: Finding) -> bool:
    named = one.evidence.get("ports")
    if not isinstance(named, list | tuple):  # it is about every port of the rule
        return True
    ports: object = other.evidence.get("ports")
    if ports is None:
        low, high = other.evidence.get("from_port"), other.evidence.get("to_port")
        if not isinstance(low, int) or not isinstance(high, int) or high - low >= len(named):
            return False
        ports = range(low, high + 1)
    return isinstance(ports, list | tuple | range) and all(port in named for port in ports)
