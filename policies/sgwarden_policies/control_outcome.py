"""The outcome of a monitoring policy: the finding that names the link at which the chain of a control breaks.

Apart from ``control_policy`` because it needs the catalogue of events and the patterns, which most scans never load.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sgwarden.cloudtrail.catalogue import Control, EventClass, EventType, control, security_group_events
from sgwarden.findings import Finding, Outcome, Passed, Severity, Verdict
from sgwarden.model import jsonable
from sgwarden.model.truth import Maybe
from sgwarden.monitoring.chain import Chain, evaluate_chain
from sgwarden.monitoring.eventbridge import find_alternatives
from sgwarden.monitoring.links.link import Link
from sgwarden.monitoring.redact import HIDDEN, redact, sensitive_texts

if TYPE_CHECKING:
    from sgwarden.model.infrastructure import Infrastructure
    from sgwarden.settings import Settings
    from sgwarden_policies.policy import Policy


def judge_required(
    policy: Policy, number: int, infrastructure: Infrastructure, settings: Settings, certain: bool
) -> Outcome | None:
    """Return the outcome for the events that the benchmark requires of control ``number``; None if it lacks the control.

    Without ``certain`` the filters may not be meant for CloudTrail at all: then a broken chain is no outcome.
    """
    own = control(number)
    control_id = own.id_under(settings.benchmark)
    if control_id is None:
        return None
    found = evaluate_chain(own, infrastructure.monitoring, settings.benchmark)
    if not certain and found.answer is False:
        return None
    return _outcome(policy, found, own, _subject(own.title, control_id), control_id, infrastructure, settings)


def judge_recommended(
    policy: Policy, number: int, infrastructure: Infrastructure, settings: Settings
) -> Outcome | None:
    """Return the outcome for the recommended events; None as long as the chain for the required ones is broken."""
    own = control(number)
    control_id = own.id_under(settings.benchmark)
    monitoring = infrastructure.monitoring
    if control_id is None or evaluate_chain(own, monitoring, settings.benchmark).answer is False:
        return None
    found = evaluate_chain(own, monitoring, settings.benchmark, _recommended_events(infrastructure, settings.benchmark))
    control_id = f"beyond {control_id}"
    subject = _subject("Changes of exposure beyond the required ones", control_id)
    return _outcome(policy, found, own, subject, control_id, infrastructure, settings)


def _recommended_events(infrastructure: Infrastructure, benchmark: str) -> tuple[EventType, ...]:
    """Return the recommended events that matter to the source: those on prefix lists only when rules use any."""
    lists = infrastructure.prefix_lists or any(rule.peer.kind == "prefix_list" for rule in infrastructure.rules)
    return tuple(
        event
        for event in security_group_events()
        if event.class_under(benchmark) is EventClass.RECOMMENDED and (lists or "PrefixList" not in (event.name or ""))
    )


def _outcome(
    policy: Policy,
    found: Chain,
    own: Control,
    subject: str,
    control_id: str,
    infrastructure: Infrastructure,
    settings: Settings,
) -> Outcome:
    """Return the finding that names the first broken link, or Passed with the address of the filter."""
    broken = found.broken
    if broken is None:
        return Passed(found.filters[0])
    others = find_alternatives(own, infrastructure.monitoring, settings.benchmark)
    up_to_broken = found.links[: next(index for index, link in enumerate(found.links) if link is broken) + 1]
    addresses = [link.address for link in (*reversed(up_to_broken), *found.links) if link.address]
    secrets = sensitive_texts(infrastructure.monitoring)
    fault = redact(_fault(found, broken, others), secrets)
    unknowns = (redact(found.answer.reason, secrets),) if isinstance(found.answer, Maybe) else ()
    evidence: dict[str, object] = {
        "control": control_id,
        "broken_link": str(broken.kind),
        "chain": [_link_document(link, secrets) for link in found.links],
        "missed": found.gaps.missed,
        "met_by_other_means": others,
    }
    if any(HIDDEN in text for text in (fault, *unknowns)):
        evidence["hidden"] = {"sensitive": True}
    return Finding(
        policy=policy.id,
        verdict=Verdict.UNDECIDED if unknowns else Verdict.FAIL,
        severity=Severity.LOW if others else policy.severity,
        address=addresses[0] if addresses else "the monitoring chain",
        fault=fault,
        subject=subject,
        location=next((link.location for link in reversed(up_to_broken) if link.location), None),
        evidence=jsonable.document(evidence),
        fix="" if unknowns and not broken.fix else _sentence(redact(broken.fix, secrets)),
        identity=(str(broken.kind),),
        controls=tuple(each for each in policy.controls if _is_of(each, settings.benchmark)),
        unknowns=unknowns,
    )


def _subject(title: str, control_id: str) -> str:
    """Return "Monitoring of security group changes (4.10)"; names keep their capitals."""
    name = title.split()[0]
    words = title if not name[1:].isalpha() or not name[1:].islower() else title[:1].lower() + title[1:]
    return f"Monitoring of {words} ({control_id})"


def _fault(found: Chain, broken: Link, others: Sequence[str]) -> str:
    """Return where the chain breaks, or which link is in doubt, and the other means that do the same."""
    link = f"the {broken.kind}" + (f" {broken.address}" if broken.address else "")
    met = f" (met by other means: {', '.join(others)})" if others else ""
    if isinstance(found.answer, Maybe):
        return f"hangs on {link}{met}"
    return f"breaks at {link}: {broken.found}{met}"


def _link_document(link: Link, secrets: tuple[str, ...]) -> dict[str, object]:
    """Return one link for the evidence; its address is never hidden, for it stands in the code."""
    return {
        "link": str(link.kind),
        "address": link.address,
        "holds": redact(jsonable.value(link.answer), secrets),
        "found": link.about if link.answer is True else redact(link.found, secrets),
    }


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "." if text else ""


def _is_of(control: str, benchmark: str) -> bool:
    return control.startswith(f"CIS-AWS-{benchmark.removeprefix('cis-aws-')}:") or not control.startswith("CIS-AWS-")
