"""A finding's message is made of its parts."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from sgwarden.findings import Finding, Severity, Verdict

PLAIN = Finding("ours", Verdict.FAIL, Severity.LOW, "a.b", "opens port 22 (SSH)", None, subject="Ingress tcp 22")
CAUSE = "`var.admins`, set at --var"


@pytest.mark.parametrize(
    ("finding", "subject", "conclusion", "message"),
    [
        (PLAIN, "Ingress tcp 22", "opens port 22 (SSH).", "Ingress tcp 22 opens port 22 (SSH)."),
        (
            replace(PLAIN, cause=CAUSE),
            f"Ingress tcp 22 ({CAUSE})",
            "opens port 22 (SSH).",
            f"Ingress tcp 22 ({CAUSE}) opens port 22 (SSH).",
        ),
        (
            replace(PLAIN, verdict=Verdict.UNDECIDED, fault="may open port 22", unknowns=("some", "other")),
            "Ingress tcp 22",
            "may open port 22; unknown: some; other.",
            "Ingress tcp 22 may open port 22; unknown: some; other.",
        ),
        (
            replace(PLAIN, verdict=Verdict.UNDECIDED, fault="may open port 22"),
            "Ingress tcp 22",
            "may open port 22; unknown: the input does not tell.",
            "Ingress tcp 22 may open port 22; unknown: the input does not tell.",
        ),
        (
            replace(PLAIN, remarks=("Checkov fails it too.",)),
            "Ingress tcp 22",
            "opens port 22 (SSH). Checkov fails it too.",
            "Ingress tcp 22 opens port 22 (SSH). Checkov fails it too.",
        ),
        (replace(PLAIN, subject="", fault="A whole sentence"), "", "A whole sentence.", "A whole sentence."),
        (replace(PLAIN, fault=""), "Ingress tcp 22", "", "Ingress tcp 22"),
    ],
)
def test_the_message(finding: Finding, subject: str, conclusion: str, message: str) -> None:
    assert (finding.subject_with_cause, finding.conclusion, finding.message) == (subject, conclusion, message)
    assert finding.inline_message == message.removesuffix(".")


def test_severities_are_ordered_and_named() -> None:
    assert [str(each) for each in sorted(Severity)] == ["low", "medium", "high", "critical"]
