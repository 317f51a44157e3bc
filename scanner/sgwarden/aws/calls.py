"""Calls to AWS: reading ones alone, every page followed, retried, counted, and given up when the user says so."""

from __future__ import annotations

import os
import re
import threading
from collections import Counter
from typing import Any

from sgwarden.aws.failures import NotRead, not_read

_READING = re.compile(r"(?:Describe|Get|List|Lookup)[A-Z]")
_ALSO = frozenset({("sts", "AssumeRole")})
"""Not a reading call, but the only way into another account; it changes nothing there."""
_MANY = {
    "ec2": re.compile(
        r"(?:Describe(?:Regions|SecurityGroup|ManagedPrefixList|NetworkInterface|NetworkAcl|StaleSecurityGroup|Vpc|Subnet"
        r"|Instance)|GetManagedPrefixList|GetSecurityGroups)"
    ),
}
"""Of services with very many reading calls: those that are offered."""
ATTEMPTS = 8
_CONNECT_SECONDS = 10
_READ_SECONDS = 60
_CONNECTIONS = 16


class Interrupted(Exception):
    """The run was given up."""


class Log:
    """Every call that was made, and the switch that stops further ones; shared by all threads of a run."""

    def __init__(self) -> None:
        self.calls: Counter[tuple[str, str, str]] = Counter()
        """Number of requests by service, operation and region, retries not counted."""
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Stop: make no further call."""
        self._stopped.set()

    def about_to_call(self, model: Any, context: Any, **_: object) -> None:
        """Handle botocore's ``before-call``: raise for a call that could change anything."""
        service, operation = model.service_model.service_name, model.name
        if not is_reading(service, operation):
            raise PermissionError(f"{service}:{operation} is no reading call")
        if self._stopped.is_set():
            raise Interrupted
        with self._lock:
            self.calls[(service, operation, context.get("client_region", ""))] += 1


def is_reading(service: str, operation: str) -> bool:
    """Return True if a call only reads."""
    return bool(_READING.match(operation)) or (service, operation) in _ALSO


def is_offered(service: str, operation: str) -> bool:
    """Return True if clients have the call."""
    chosen = _MANY.get(service)
    return is_reading(service, operation) and (chosen is None or bool(chosen.match(operation)))


def configuration() -> object:
    """Return botocore's settings: bounded waiting, adaptive retries unless the environment says otherwise."""
    from botocore.config import Config  # imported late: slow

    given = os.environ.get("AWS_MAX_ATTEMPTS", "")
    retries = {
        "mode": os.environ.get("AWS_RETRY_MODE") or "adaptive",
        "total_max_attempts": int(given) if given.isdigit() and given != "0" else ATTEMPTS,
    }
    return Config(
        retries=retries,
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
        max_pool_connections=_CONNECTIONS,
    )


class Account:
    """One account: its id, and clients for its services and regions. Safe to use from several threads."""

    def __init__(self, session: Any, log: Log, label: str) -> None:
        """``label`` says to the user how the account was reached: a profile, a role."""
        self.session = session
        self.label = label
        self.log = log
        self.id = ""
        self.arn = ""
        self._clients: dict[tuple[str, str], Any] = {}
        self._unreachable: dict[tuple[str, str], NotRead] = {}
        self._lock = threading.Lock()
        self._configuration = configuration()
        session.events.register("before-call", log.about_to_call)

    @property
    def partition(self) -> str:
        """Return ``aws``, ``aws-cn``, ``aws-us-gov`` ..."""
        return self.arn.split(":")[1] if self.arn.count(":") > 4 else "aws"

    @property
    def home(self) -> str:
        """Return the region to call about the account as a whole."""
        region = self.session.region_name
        return str(region) if region else "us-east-1"

    def client(self, service: str, region: str) -> Any:
        """Return the client of a service in a region, made once: clients can be shared, sessions cannot."""
        key = (service, region)
        client = self._clients.get(key)
        if client is None:
            with self._lock:
                client = self._clients.get(key)
                if client is None:
                    client = self.session.client(service, region_name=region, config=self._configuration)
                    self._clients[key] = client
        return client

    def endpoint(self, service: str, region: str) -> str:
        """Return the name of the host of a service."""
        return (
            str(self.client(service, region).meta.endpoint_url).partition("://")[2].partition("/")[0].partition(":")[0]
        )

    def call(self, service: str, region: str, operation: str, **arguments: Any) -> dict[str, Any]:
        """Return the answer of one call (``describe_security_groups``). Raises NotRead."""
        answer: dict[str, Any] = self._guarded(
            service, region, operation, lambda: getattr(self.client(service, region), operation)(**arguments)
        )
        return answer

    def pages(
        self, service: str, region: str, operation: str, key: str, size: int | None = None, **arguments: object
    ) -> list[Any]:
        """Return everything under ``key`` on all pages, or nothing at all. Raises NotRead."""

        def follow() -> list[object]:
            client = self.client(service, region)
            found: list[object] = []
            if not client.can_paginate(operation):
                return _follow_tokens(getattr(client, operation), key, arguments)
            settings = {} if size is None else {"PageSize": size}
            for page in client.get_paginator(operation).paginate(**arguments, PaginationConfig=settings):
                found += page.get(key) or []
            return found

        whole: list[object] = self._guarded(service, region, operation, follow)
        return whole

    def _guarded(self, service: str, region: str, operation: str, action: Any) -> Any:
        """Return the result of ``action``. Raises NotRead; at once when the endpoint was unreachable before."""
        from botocore.exceptions import BotoCoreError, ClientError  # imported late: slow
        from botocore.parsers import ResponseParserError  # imported late: slow

        call = f"{service}:{_camel(operation)}"
        before = self._unreachable.get((service, region))
        if before is not None:
            raise NotRead(call, before.code, before.message)
        try:
            return action()
        except (BotoCoreError, ClientError, ResponseParserError, NotImplementedError) as error:
            failure = not_read(error, call)
            if failure.unreachable:
                self._unreachable[service, region] = failure
            raise failure from error


def _follow_tokens(operation: Any, key: str, arguments: dict[str, Any]) -> list[object]:
    """Return the pages of an operation that botocore has no paginator for."""
    found: list[object] = []
    seen: set[str] = set()
    token: dict[str, str] = {}
    while True:
        page = operation(**arguments, **token)
        found += page.get(key) or []
        following = page.get("NextToken")
        if not following:
            return found
        if following in seen:
            raise NotRead(key, "RepeatedToken", "the same page was announced twice")
        seen.add(following)
        token = {"NextToken": following}


def _camel(operation: str) -> str:
    return "".join(word.capitalize() for word in operation.split("_"))
