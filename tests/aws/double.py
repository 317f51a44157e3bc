"""A double of AWS below boto3: whole answers page by page, and faults where HTTP happens.

Answers are given before a request is sent (botocore's ``before-call``); a call with a fault goes on to where it would
be sent (``before-send``), so that retries and the parsing of errors are botocore's own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError

from sgwarden.aws import accounts

ACCOUNT = "123456789012"
IDENTITY = {"Account": ACCOUNT, "Arn": f"arn:aws:iam::{ACCOUNT}:user/auditor", "UserId": "AIDA"}
REGIONS = ("eu-west-1", "us-east-1")

Answer = Mapping[str, Any]


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one page of one operation."""

    status: int = 400
    code: str = ""
    message: str = "no"
    drop: bool = False
    """The connection breaks."""
    unreachable: bool = False
    """There is no connection at all."""
    body: bytes | None = None
    """Sent as it is."""
    times: int = 1_000_000
    """How many requests fail before one goes through."""


@dataclass
class Double:
    """Answers by operation, or by operation and region; an operation without any gives an empty list."""

    answers: dict[str, list[Answer] | Callable[[str, Any], Answer]] = field(default_factory=dict)
    faults: dict[tuple[str, int], Fault] = field(default_factory=dict)
    """By operation and number of the page, or of the call (from 0) where there are no pages."""
    only: str = ""
    """The one region in which there are faults; empty: all."""
    seen: list[tuple[str, str]] = field(default_factory=list)
    """Operation and region of every call that was answered or refused, retries not counted."""
    attempts: int = 0
    given: list[dict[str, Any]] = field(default_factory=list)
    """Parameters that a test wants to look at."""
    _pages: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    _failing: dict[tuple[str, str], Fault] = field(default_factory=dict)
    _left: dict[tuple[str, int], int] = field(default_factory=dict)

    def session(self, profile: str | None) -> Any:
        """A session that talks to this double alone."""
        session = accounts.new_session(aws_access_key_id="AKIA", aws_secret_access_key="secret", region_name=REGIONS[0])
        return self.attach(session)

    def attach(self, session: Any) -> Any:
        """Let a session talk to this double alone."""
        session.events.register_last("before-call", self.before_call)
        session.events.register_first("before-send", self.before_send)
        return session

    def before_call(self, model: Any, params: Any, context: Any, **_: Any) -> Any:
        operation, region = model.name, context["client_region"]
        number = self._pages[operation, region]
        self._pages[operation, region] += 1
        self.seen.append((operation, region))
        fault = self.faults.get((operation, number))
        if fault is not None and self.only in ("", region):
            self._failing[operation, region] = fault
            self._left.setdefault((operation, number), fault.times)
            return None
        return self._http(200, b""), self._answer(operation, region, number, params)

    def _answer(self, operation: str, region: str, number: int, params: Any) -> Answer:
        if operation == "GetCallerIdentity":
            return IDENTITY
        given = self.answers.get(operation)
        if operation == "DescribeRegions" and given is None:
            return {"Regions": [{"RegionName": name} for name in REGIONS]}
        if callable(given):
            return deepcopy(given(region, params))
        if not given:
            return {}
        page = deepcopy(dict(given[number % len(given)]))  # botocore decodes policies in place
        if number % len(given) < len(given) - 1:
            page["NextToken"] = f"page-{number + 1}"
        return page

    def before_send(self, request: Any, event_name: str, **_: Any) -> Any:
        operation = event_name.rpartition(".")[2]
        region = next((name for name in REGIONS if name in request.url), REGIONS[0])
        fault = self._failing.get((operation, region)) or next(
            fault for (name, _), fault in self._failing.items() if name == operation
        )
        self.attempts += 1
        if self.attempts > fault.times:
            return self._http(200, _EMPTY.format(operation=operation).encode())
        if fault.drop:
            raise ConnectionClosedError(endpoint_url=request.url)
        if fault.unreachable:
            raise EndpointConnectionError(endpoint_url=request.url)
        if fault.body is not None:
            return self._http(fault.status, fault.body)
        return self._http(fault.status, _refusal(event_name.split(".")[1], fault))

    @staticmethod
    def _http(status: int, body: bytes) -> AWSResponse:
        response = AWSResponse("https://aws.invalid", status, {"content-type": "text/xml"}, None)
        response._content = body
        return response


_EMPTY = "<{operation}Response><requestId>1</requestId></{operation}Response>"


def _refusal(service: str, fault: Fault) -> bytes:
    """An error as the protocol of the service words it."""
    error = f"<Code>{fault.code}</Code><Message>{fault.message}</Message>"
    if service == "ec2":
        return f"<Response><Errors><Error>{error}</Error></Errors><RequestID>1</RequestID></Response>".encode()
    if service in ("sts", "iam", "sns"):
        return f"<ErrorResponse><Error>{error}</Error><RequestId>1</RequestId></ErrorResponse>".encode()
    return f'{{"__type": "{fault.code}", "message": "{fault.message}"}}'.encode()


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Double:
    """A double in place of every session; no retries, so that nothing waits."""
    double = Double()
    monkeypatch.setattr(accounts, "_session", double.session)
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return double
