"""The accounts of a run: by profile, by role, or all of an organization."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sgwarden.aws.calls import Account, Log, is_offered
from sgwarden.aws.failures import NotRead
from sgwarden.errors import SgwardenError, UsageError

_SESSION_NAME = "sgwarden"


@dataclass(frozen=True, slots=True)
class AccountSelection:
    """Which accounts and regions the user asks for."""

    regions: tuple[str, ...] = ()
    """Empty: all that are enabled."""
    profiles: tuple[str, ...] = ()
    role_arns: tuple[str, ...] = ()
    external_id: str | None = None
    organization_role: str | None = None
    """Name of the role to assume in every account of the organization."""


@dataclass(slots=True)
class Reached:
    """Accounts that can be read, each once, and those that cannot, with the reason."""

    accounts: list[Account] = field(default_factory=list)
    not_reached: list[tuple[str, str]] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    """Accounts that are left out on purpose."""


def reach(selection: AccountSelection, log: Log) -> Reached:
    """Open every account that is asked for.

    Raises SgwardenError when the first credentials do not work, and when the organization cannot be listed:
    then nothing can be read at all.
    """
    if len(selection.profiles) > 1 and (selection.role_arns or selection.organization_role):
        raise UsageError("roles are assumed from one profile", next_step="give --profile once")
    if selection.external_id and not selection.role_arns:
        raise UsageError("--external-id goes with --role-arn", next_step="name the role to assume")
    reached = Reached()
    opened = list(_opened(selection, log))
    if selection.role_arns:
        for arn in selection.role_arns:
            _add(reached, arn, lambda arn=arn: _assumed(opened[0], arn, selection.external_id, log))
    elif selection.organization_role:
        _organization(reached, opened[0], selection.organization_role, log)
    else:
        for account in opened:
            _keep(reached, account)
    return reached


def _opened(selection: AccountSelection, log: Log) -> Iterator[Account]:
    """Yield an account for each profile, or the one of the default credentials."""
    from botocore.exceptions import BotoCoreError  # imported late: slow, and most runs read no account

    for profile in selection.profiles or (None,):
        label = "the default credentials" if profile is None else f"profile {profile}"
        try:
            account = Account(_session(profile), log, label)
            _identify(account)
        except NotRead as error:
            raise SgwardenError(_refused(error), label, _next_step(error)) from error
        except BotoCoreError as error:
            raise SgwardenError(" ".join(str(error).split()), label, "check ~/.aws/config and AWS_PROFILE") from error
        yield account


def _session(profile: str | None) -> object:
    return new_session(profile_name=profile)


def new_session(**arguments: object) -> object:
    """Return a boto3 session; all share the descriptions of services, which take long to load."""
    import boto3  # imported late: slow
    import botocore.session  # imported late: slow

    core = botocore.session.Session()
    core.register_component("data_loader", _loader())
    return boto3.Session(botocore_session=core, **arguments)


@cache
def _loader() -> object:
    """Load descriptions of services with reading calls alone.

    Making a client takes as long as its service has calls (EC2 has 750), and what is not there cannot be called.
    """
    from botocore.loaders import Loader  # imported late: slow

    class ReadingLoader(Loader):  # type: ignore[misc]
        def load_service_model(self, service_name: str, type_name: str, api_version: str | None = None) -> object:
            model = super().load_service_model(service_name, type_name, api_version)
            operations = model.get("operations") if type_name == "service-2" else None
            if operations is not None:
                for name in [name for name in operations if not is_offered(service_name, name)]:
                    del operations[name]
            return model

    return ReadingLoader()


def _identify(account: Account) -> None:
    answer = account.call("sts", account.home, "get_caller_identity")
    account.id, account.arn = str(answer["Account"]), str(answer["Arn"])


def _refused(error: NotRead) -> str:
    if error.code in ("NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError"):
        return "there are no AWS credentials"
    if error.expired:
        return "the AWS credentials have expired"
    if error.code in ("InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch"):
        return f"AWS does not accept the credentials ({error.code})"
    return str(error)


def _next_step(error: NotRead) -> str:
    if error.expired or "SSO" in error.code or error.code == "UnauthorizedSSOTokenError":
        return "sign in again (`aws sso login`, `aws configure`)"
    if error.code in ("EndpointConnectionError", "ConnectTimeoutError", "InvalidRegionError"):
        return "check the network, AWS_REGION and AWS_ENDPOINT_URL"
    return "`aws sts get-caller-identity` must work first"


def _assumed(base: Account, arn: str, external_id: str | None, log: Log) -> Account:
    extra = {"ExternalId": external_id} if external_id else {}
    answer = base.call("sts", base.home, "assume_role", RoleArn=arn, RoleSessionName=_SESSION_NAME, **extra)
    given = answer["Credentials"]
    session = new_session(
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
        region_name=base.home,
    )
    account = Account(session, log, f"role {arn}")
    account.arn = str(answer["AssumedRoleUser"]["Arn"])
    account.id = account.arn.split(":")[4]
    return account


def _organization(reached: Reached, base: Account, role: str, log: Log) -> None:
    try:
        listed = base.pages("organizations", base.home, "list_accounts", "Accounts")
    except NotRead as error:
        raise SgwardenError(
            str(error), "--organization", "use credentials of the management account or a delegated administrator"
        ) from error
    for each in sorted(listed, key=lambda item: str(item["Id"])):
        number = str(each["Id"])
        if each.get("Status", "ACTIVE") != "ACTIVE":
            reached.left_out.append((number, f"the account is {str(each['Status']).lower()}"))
        elif number == base.id:
            _keep(reached, base)
        else:
            arn = f"arn:{base.partition}:iam::{number}:role/{role}"
            _add(reached, number, lambda arn=arn: _assumed(base, arn, None, log))


def _add(reached: Reached, name: str, opening: Any) -> None:
    try:
        _keep(reached, opening())
    except NotRead as error:
        reached.not_reached.append((name, str(error)))


def _keep(reached: Reached, account: Account) -> None:
    if all(each.id != account.id for each in reached.accounts):
        reached.accounts.append(account)


def role_arns(texts: Sequence[str]) -> tuple[str, ...]:
    """Return the ARNs as given. Raises UsageError for what is no ARN of a role."""
    for text in texts:
        pieces = text.split(":", 5)
        if len(pieces) != 6 or pieces[2] != "iam" or not pieces[5].startswith("role/"):
            raise UsageError(f"--role-arn {text} is no ARN of a role", next_step="write arn:aws:iam::ACCOUNT:role/NAME")
    return tuple(texts)
