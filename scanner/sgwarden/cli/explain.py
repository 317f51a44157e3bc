"""``sgwarden explain POLICY``: what a policy finds, why it matters, and how to fix it."""

from __future__ import annotations

import sys
import textwrap
from argparse import Namespace

from sgwarden.cli import config_options, console, policy_options
from sgwarden.cli.exit_codes import ExitCode
from sgwarden.findings import PolicyInfo
from sgwarden.reports.parts.style import Style


def run(arguments: Namespace) -> int:
    """Print everything that one policy tells of itself."""
    style = Style(console.wants_color(sys.stdout, arguments.no_color))
    console.write_stdout(
        _text(policy_options.policy_by_id(arguments.policy, config_options.known_to_project(arguments)), style)
    )
    return ExitCode.OK


def _text(policy: PolicyInfo, style: Style) -> str:
    return "\n".join(
        (
            f"{style.bold(policy.id)} ({policy.severity})",
            f"{policy.title}.",
            "",
            style.bold("Why"),
            _wrapped(policy.why),
            "",
            style.bold("Fix"),
            _wrapped(policy.fix),
            "",
            *_example(style.bold("Fails"), policy.bad),
            *_example(style.bold("Passes"), policy.good),
            style.bold("Controls"),
            _wrapped(", ".join(policy.controls) or "none"),
            "",
            style.bold("Sources"),
            *(f"  {source}" for source in policy.sources or ("none",)),
            "",
        )
    )


def _example(title: str, code: str) -> tuple[str, ...]:
    return (title, textwrap.indent(code.rstrip(), "  "), "") if code else ()


def _wrapped(text: str) -> str:
    return textwrap.fill(
        text, width=100, initial_indent="  ", subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )
