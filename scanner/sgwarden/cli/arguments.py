"""The arguments of every command: declarations alone, so that ``--help`` waits for no other import."""

from __future__ import annotations

from argparse import Action, ArgumentParser, Namespace
from collections.abc import Callable

from sgwarden.cli.schema import names
from sgwarden.reports.formats import DRIFT_FORMATS, FINDINGS_FORMATS

_SEVERITIES = ("low", "medium", "high", "critical", "never")
_DEFAULT_SEVERITY = "medium"
_GENERATED_FORMATS = ("terraform", "cloudformation", "eventbridge", "kql", "cli")


def add_arguments(command: str, parser: ArgumentParser) -> None:
    """Add the arguments of a command."""
    if command in _COMMANDS:
        _COMMANDS[command](parser)


def _scan(parser: ArgumentParser) -> None:
    _add_inputs(parser)
    _add_report(parser)
    _add_benchmark(parser)
    _add_one_chain(parser)
    parser.add_argument("--changed-only", action="store_true", help="of a plan, judge only what it creates or changes")
    parser.add_argument(
        "--changed-files", action="store_true",
        help="the paths are changed files: judge the root modules that they belong to",
    )  # fmt: skip
    parser.add_argument(
        "--list-passed", action="store_true", help="in the JSON report, name every resource that passed, by policy"
    )
    _add_checkov(parser)
    _add_comparison(parser)
    _add_appearance(parser)


def _inventory(parser: ArgumentParser) -> None:
    _add_inputs(parser)
    parser.add_argument(
        "--format", "-f", type=str.lower, choices=("text", "json"), default="text", help="default: text"
    )
    parser.add_argument("--output", "-o", metavar="FILE", help="write to FILE instead of stdout")
    parser.add_argument("--allow-incomplete", action="store_true", help="exit code 0 although not everything was read")
    _add_appearance(parser)


def _audit(parser: ArgumentParser) -> None:
    _add_live(parser)
    _add_report(parser)
    _add_appearance(parser)


def _drift(parser: ArgumentParser) -> None:
    _add_inputs(parser)
    _add_live(parser)
    group = parser.add_argument_group("what counts")
    group.add_argument(
        "--fail-on", type=str.lower, choices=_SEVERITIES, help="lowest severity that gives exit code 1 (default: low)"
    )
    group.add_argument(
        "--fail-on-undecided", action="store_true", default=None, help="what cannot be told gives exit code 1 too"
    )
    group.add_argument(
        "--allow-incomplete", action="store_true", default=None, help="exit code 0 although not everything was read"
    )
    group.add_argument(
        "--include", type=str.lower, choices=("default", "services"), action="append", default=[],
        help="unmanaged default groups, or groups that services own, count as drift too; repeatable",
    )  # fmt: skip
    group.add_argument(
        "--ignore-file", metavar="FILE", help="entries to suppress (default: .sgwardenignore, when there is one)"
    )
    group.add_argument(
        "--ignore-tag", metavar="KEY", action="append", default=[], help="leave a tag out; KEY* for a prefix"
    )
    _add_memory(parser)
    parser.add_argument(
        "--format", "-f", type=str.lower, choices=DRIFT_FORMATS, help="format of the report (default: text)"
    )
    parser.add_argument(
        "--output", "-o", metavar="[FORMAT=]FILE", action="append", default=[],
        help="write the report to FILE (- is stdout) instead of stdout, in the format of its ending when no --format is "
        "given; with FORMAT= as well as to stdout; repeatable",
    )  # fmt: skip
    _add_configuration_file(parser)
    _add_appearance(parser)


def _snapshot(parser: ArgumentParser) -> None:
    _add_live(parser)
    parser.add_argument(
        "--output", "-o", metavar="FILE", help="write to FILE (compressed when it ends in .gz) instead of stdout"
    )
    parser.add_argument("--taken", metavar="TIME", help="the time to write into it (default: now, in UTC)")
    parser.add_argument("--allow-incomplete", action="store_true", help="exit code 0 although not everything was read")
    _add_appearance(parser)


def _coverage(parser: ArgumentParser) -> None:
    parser.add_argument(
        "patterns",
        metavar="PATTERN",
        nargs="*",
        help="CloudWatch Logs filter pattern, EventBridge event pattern (JSON), or the path of a .toml or .json file; "
        "several are taken together; - reads one from stdin; -- goes before one that begins with -",
    )
    parser.add_argument(
        "--file", metavar="FILE", action="append", default=[], help="read a pattern or Elastic rule; repeatable"
    )
    parser.add_argument("--kql", metavar="QUERY", action="append", default=[], help="a KQL query; repeatable")
    parser.add_argument(
        "--benchmark",
        metavar="NAME",
        default="cis-aws-3.0.0",
        help="which events are required (default: cis-aws-3.0.0)",
    )
    parser.add_argument("--control", metavar="N", default="10", help="control, 1 to 15 or its id (default: 10)")
    parser.add_argument(
        "--format", "-f", type=str.lower, choices=("text", "json"), default="text", help="default: text"
    )
    parser.add_argument("--output", "-o", metavar="FILE", help="write to FILE instead of stdout")
    parser.add_argument("--no-color", action="store_true", help="no colours (also the variable NO_COLOR)")


def _generate(parser: ArgumentParser) -> None:
    parser.add_argument(
        "what", type=str.lower, choices=("monitoring",), help="the chain from a trail to a subscription"
    )
    parser.add_argument(
        "--controls", metavar="ID,...", action="append", default=[],
        help="controls such as 4.10, and `recommended` for the events beyond its list (default: all of them)",
    )  # fmt: skip
    parser.add_argument(
        "--format", "-f", type=str.lower, choices=_GENERATED_FORMATS, default="terraform", help="default: terraform"
    )
    parser.add_argument(
        "--benchmark", metavar="VERSION", help="cis-aws-1.4.0 ... cis-aws-7.0.0 (default: cis-aws-3.0.0)"
    )
    parser.add_argument("--for", dest="beside", metavar="PATH", help="write only what this root module lacks")
    parser.add_argument("--output", "-o", metavar="FILE", help="write to FILE instead of stdout")


def _baseline(parser: ArgumentParser) -> None:
    parser.add_argument(
        "action", metavar="update", type=str.lower, choices=("update",), help="merge what is found into the baseline"
    )
    parser.add_argument("--reason", metavar="TEXT", help="why the findings that are added are left as they are")
    parser.add_argument("--check", action="store_true", help="write nothing; exit code 1 when the file would change")
    _scan(parser)


def _permissions(parser: ArgumentParser) -> None:
    parser.add_argument(
        "of", metavar="COMMAND", nargs="?", help="a command of sgwarden (default: all of them together)"
    )
    parser.add_argument(
        "--assume-role", metavar="NAME",
        help="the policy of the account that sgwarden starts in, to read other accounts through the role NAME",
    )  # fmt: skip


def _policies(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--format", type=str.lower, choices=("text", "json", "markdown"), default="text", help="default: text"
    )
    _add_policy_directories(parser)


def _explain(parser: ArgumentParser) -> None:
    parser.add_argument("policy", metavar="POLICY", help="id of a policy, as `sgwarden policies` lists it")
    _add_policy_directories(parser)
    parser.add_argument("--no-color", action="store_true", help="plain text (also the variable NO_COLOR)")


def _config(parser: ArgumentParser) -> None:
    parser.add_argument(
        "action", type=str.lower, choices=("show",), help="show: every key, its value, where it comes from"
    )
    parser.add_argument("paths", metavar="PATH", nargs="*", help="as for a scan of these paths (default: .)")
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.add_argument("--region", metavar="REGION", action="append", default=[], help="as for an audit")
    parser.add_argument("--benchmark", metavar="VERSION", help="as for a scan")
    _add_report(parser)


def _schema(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", type=str.lower, choices=names(), help=", ".join(names()))


def _demo(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--embedded-aws",
        action="store_true",
        help="read the live side with boto3 from an AWS inside this process (needs the extra: sgwarden[demo])",
    )
    parser.add_argument("--keep", metavar="DIRECTORY", help="leave the world in DIRECTORY to try more on it")


def _add_inputs(parser: ArgumentParser) -> None:
    """Add what is read, and with which variables."""
    parser.add_argument(
        "paths",
        metavar="PATH",
        nargs="*",
        help="directory, .tf file, plan as JSON or state; - reads a plan from stdin (default: .)",
    )
    parser.add_argument(
        "--var",
        metavar="NAME=VALUE",
        action=_Variable,
        default=[],
        help="value of a root variable; repeatable, the last of --var and --var-file wins",
    )
    parser.add_argument("--var-file", metavar="FILE", action="append", default=[], help="variable file; repeatable")
    parser.set_defaults(var_files_before=())
    parser.add_argument("--workspace", metavar="NAME", help="Terraform workspace (default: the selected one)")
    parser.add_argument("--no-cache", action="store_true", help="parse everything again")


def _add_appearance(parser: ArgumentParser) -> None:
    """Add how much is said, and how."""
    parser.add_argument("--quiet", "-q", action="store_true", help="nothing on stderr but errors")
    parser.add_argument("--no-color", action="store_true", help="no colours (also the variable NO_COLOR)")


def _add_report(parser: ArgumentParser) -> None:
    """Add format, files, severity, which policies are asked, and the configuration."""
    parser.add_argument(
        "--format", "-f", type=str.lower, choices=FINDINGS_FORMATS, help="format of the report (default: text)"
    )
    parser.add_argument(
        "--output", "-o", metavar="[FORMAT=]FILE", action="append", default=[],
        help="write the report to FILE (- is stdout) instead of stdout, in the format of its ending when no --format is "
        "given; with FORMAT= as well as to stdout; repeatable",
    )  # fmt: skip
    parser.add_argument(
        "--fail-on", type=str.lower, choices=_SEVERITIES,
        help=f"lowest severity that gives exit code 1 (default: {_DEFAULT_SEVERITY})",
    )  # fmt: skip
    parser.add_argument(
        "--min-severity", type=str.lower, choices=_SEVERITIES[:-1], default=_SEVERITIES[0],
        help="lowest severity that reports show (default: low); the exit code counts all of them",
    )  # fmt: skip
    parser.add_argument(
        "--fail-on-undecided", action="store_true", default=None, help="undecided findings count like failed ones"
    )
    parser.add_argument(
        "--allow-incomplete", action="store_true", default=None, help="exit code 0 although not everything was read"
    )
    parser.add_argument(
        "--only", metavar="POLICY", action="append", default=[], help="ask these policies alone; repeatable"
    )
    parser.add_argument(
        "--skip", metavar="POLICY", action="append", default=[], help="do not ask these policies; repeatable"
    )
    parser.add_argument(
        "--verbose", "-v", action="store_true", help="name on stderr the configuration and everything that was read"
    )
    _add_policy_directories(parser)
    _add_configuration(parser)


def _add_policy_directories(parser: ArgumentParser) -> None:
    """Add policies of the user's own."""
    parser.add_argument(
        "--policies", metavar="DIR", action="append", default=[],
        help="ask the policies of this directory too (.toml, .py); repeatable",
    )  # fmt: skip
    parser.add_argument(
        "--trust-policies", action="store_true", help="execute .py policies that lie in the scanned repository"
    )


def _add_configuration(parser: ArgumentParser) -> None:
    """Add where the configuration is, and what is done with suppressions."""
    _add_configuration_file(parser)
    parser.add_argument(
        "--honor", metavar="TOOLS", action="append", default=[],
        help="let ignore comments for checkov, tfsec or trivy count for policies that mean the same; commas between",
    )  # fmt: skip
    parser.add_argument("--show-suppressed", action="store_true", help="list suppressed findings in the text report")


def _add_configuration_file(parser: ArgumentParser) -> None:
    """Add where the configuration is."""
    parser.add_argument(
        "--config", metavar="FILE",
        help="the configuration (default: sgwarden.toml or [tool.sgwarden] of pyproject.toml, from the paths upwards; "
        "also the variable SGWARDEN_CONFIG)",
    )  # fmt: skip


def _add_benchmark(parser: ArgumentParser) -> None:
    """Add the benchmark."""
    parser.add_argument(
        "--benchmark", metavar="VERSION",
        help="ask the monitoring policies of cis-aws-1.4.0 ... cis-aws-7.0.0, also of code without a trail "
        "(default: cis-aws-3.0.0, of code with one)",
    )  # fmt: skip


def _add_one_chain(parser: ArgumentParser) -> None:
    """Add what counts as one chain, for commands that read several root modules."""
    parser.add_argument(
        "--one-chain", action="store_true", help="all root modules together are one monitoring chain, not one each"
    )


def _add_checkov(parser: ArgumentParser) -> None:
    """Add which Checkov, and whether its configuration may load code."""
    parser.add_argument(
        "--with-checkov", metavar="PATH", nargs="?", const="",
        help="run Checkov too and merge its results; PATH: its executable (default: $SGWARDEN_CHECKOV, else checkov)",
    )  # fmt: skip
    parser.add_argument(
        "--trust-checkov-config", action="store_true",
        help="let Checkov execute external checks that a .checkov.yaml of the scanned code names",
    )  # fmt: skip


def _add_comparison(parser: ArgumentParser) -> None:
    """Add what an assessment is compared with."""
    group = parser.add_argument_group("new findings only")
    group.add_argument(
        "--diff-base", metavar="GIT_REF",
        help="evaluate the commit where HEAD and GIT_REF part as well: only findings that are not there count",
    )  # fmt: skip
    group.add_argument("--new-only", action="store_true", help="of a plan: only findings that its changes bring count")
    group.add_argument(
        "--baseline", metavar="FILE", help="findings of FILE (see `sgwarden baseline update`) do not count"
    )
    group.add_argument(
        "--fail-on-existing", action="store_true", help="existing findings count for the exit code like new ones"
    )


def _add_live(parser: ArgumentParser) -> None:
    """Add which accounts and regions are read, or which recording of them."""
    parser.add_argument(
        "--live", metavar="PATH",
        help="instead of AWS: a snapshot, or a file or folder ACCOUNT/REGION/*.json of what the AWS CLI printed",
    )  # fmt: skip
    group = parser.add_argument_group("accounts and regions")
    group.add_argument(
        "--region", metavar="REGION", action="append", default=[],
        help="read this region alone; repeatable (default: all that are enabled)",
    )  # fmt: skip
    group.add_argument(
        "--profile", metavar="NAME", action="append", default=[], help="profile of the AWS CLI; one account each"
    )
    group.add_argument(
        "--role-arn", metavar="ARN", action="append", default=[], help="role to assume; one account each; repeatable"
    )
    group.add_argument("--external-id", metavar="ID", help="external id for the roles")
    group.add_argument(
        "--organization", metavar="ROLE_NAME", help="every active account of the organization, by this role"
    )


def _add_memory(parser: ArgumentParser) -> None:
    """Add the options of memory, and of acknowledgements."""
    group = parser.add_argument_group("memory")
    group.add_argument(
        "--memory", metavar="DIR",
        help="remember everything from run to run in a directory, made on first use: --history and --previous in one",
    )  # fmt: skip
    group.add_argument("--history", metavar="FILE", help="remember differences from run to run; made on first use")
    group.add_argument("--previous", metavar="SNAPSHOT", help="an earlier snapshot: tells what is new since then")
    group.add_argument("--until", metavar="DATE", help="with `drift ack FINGERPRINT`: the last day to leave it be")
    group.add_argument("--reason", metavar="TEXT", help="with `drift ack FINGERPRINT`: why")
    group.add_argument("--at", metavar="TIME", help="the time of the run, ISO 8601 (default: now)")


_COMMANDS: dict[str, Callable[[ArgumentParser], None]] = {
    "scan": _scan,
    "inventory": _inventory,
    "audit": _audit,
    "drift": _drift,
    "snapshot": _snapshot,
    "coverage": _coverage,
    "generate": _generate,
    "baseline": _baseline,
    "permissions": _permissions,
    "policies": _policies,
    "explain": _explain,
    "config": _config,
    "schema": _schema,
    "demo": _demo,
}
"""``checkov-checks`` has none."""


class _Variable(Action):
    """``--var``, which keeps after how many ``--var-file`` it was given."""

    def __call__(
        self, parser: ArgumentParser, namespace: Namespace, values: object, option_string: str | None = None
    ) -> None:
        namespace.var = [*namespace.var, values]
        namespace.var_files_before = (*namespace.var_files_before, len(namespace.var_file))
