"""GitLab's Code Quality report, whole."""

from __future__ import annotations

import json

from sgwarden.reports.findings import gitlab
from tests.reports.samples import EMPTY, FAILED, UNDECIDED, context, report


def test_gitlab() -> None:
    whole = report()
    assert json.loads(gitlab.render(whole, context())) == [
        {
            "description": FAILED,
            "check_name": "open-admin-port",
            "fingerprint": whole.findings[0].fingerprint,
            "severity": "critical",
            "location": {"path": "infra/main.tf", "lines": {"begin": 7}},
        },
        {
            "description": UNDECIDED,
            "check_name": "open-admin-port",
            "fingerprint": whole.findings[1].fingerprint,
            "severity": "info",
            "location": {"path": "infra/modules/a b/rule.tf", "lines": {"begin": 3}},
        },
    ]
    assert gitlab.render(EMPTY, context()) == "[]\n"
