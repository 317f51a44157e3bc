"""Markdown of findings: whole, of hostile names, and of more than a comment holds."""

from __future__ import annotations

from sgwarden.findings import Comparison, ExposureChange, Report
from sgwarden.reports.findings import markdown
from sgwarden.reports.parts.context import Context
from sgwarden_policies.security_groups.open_admin_port import OpenAdminPort
from tests.reports.pages import COMMENT, sections
from tests.reports.samples import (
    EMPTY,
    FAILED,
    SUMMARY,
    UNDECIDED,
    context,
    huge_report,
    odd_report,
    report,
    sample_finding,
)

NOTHING = "0 failed, 0 undecided, 0 passed; 0 security groups, 0 rules, 0 resources seen; everything read"


def test_markdown() -> None:
    assert (
        markdown.render(report(), context())
        == f"""\
<!-- sgwarden: findings -->
## sgwarden

{SUMMARY}.

| Severity | Policy | Where | What |
| --- | --- | --- | --- |
| high | `open-admin-port` | `infra/main.tf:7` `aws_security_group.web` | {FAILED} |
| high, undecided | `open-admin-port` | `infra/modules/a b/rule.tf:3` `module.x.aws_security_group_rule.ssh` | {UNDECIDED} |

### Not read

- `module.vpc`: is not on disk: run "terraform init"
"""
    )
    assert markdown.render(EMPTY, context()) == f"<!-- sgwarden: findings -->\n## sgwarden\n\n{NOTHING}.\n"


def test_markdown_is_no_way_into_the_page() -> None:
    text = markdown.render(odd_report("<script>a|b</script>\n@team"), context())
    assert "&lt;script>a\\|b&lt;/script> @&#8203;team |" in text


def test_a_small_report_is_whole() -> None:
    text = markdown.render(huge_report(3), Context())
    assert "more" not in text
    assert {heading: shown for heading, shown, _ in sections(text)} == {
        "sgwarden": 0, "findings": 7, "Reachable from": 3, "Fixed": 3, "Existing, not counted": 3, "Of the base": 3,
        "Not read": 3, "Policies that broke": 3,
    }  # fmt: skip


def test_a_huge_report_fits_in_a_comment_and_tells_what_is_left_out() -> None:
    number = 3000
    text = markdown.render(huge_report(number), Context())
    assert COMMENT * 0.9 < len(text) < COMMENT
    told = {heading: (shown, more) for heading, shown, more in sections(text) if heading != "sgwarden"}
    expected = dict.fromkeys(
        ("Reachable from", "Fixed", "Existing, not counted", "Of the base", "Not read", "Policies that broke"), number
    )
    assert {heading: shown + more for heading, (shown, more) in told.items()} == {
        **expected,
        "findings": 2 * number + 1,
    }
    assert all(shown > 0 for shown, _ in told.values())
    assert told["findings"][0] > 50
    rows = [line for line in text.splitlines() if line.startswith(("| critical", "| low"))]
    assert "`worst`" in rows[0]
    assert "undecided" not in "".join(rows)
    reachable = text.partition("### Reachable from")[2].splitlines()[4]
    assert "**opens to the internet**" in reachable
    assert text.count("<details>") == text.count("</details>") == 2


def test_one_finding_of_any_length_fits() -> None:
    text = markdown.render(
        Report(
            findings=(sample_finding(1, fault="`x " * 100_000),), passed={}, skipped=(), policies=(OpenAdminPort(),)
        ),
        Context(),
    )
    assert len(text) < 5000
    assert "…" in text


def test_a_base_of_findings_alone_claims_nothing_of_what_is_reachable() -> None:
    def told(exposure: tuple[ExposureChange, ...] | None) -> str:
        base = Comparison("sgwarden-baseline.json", exposure=exposure)
        return markdown.render(Report(findings=(), passed={}, skipped=(), comparison=base), Context())

    assert "becomes reachable" not in told(None)
    assert "No security group becomes reachable from elsewhere." in told(())
