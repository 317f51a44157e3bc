"""What AWS refused, in words for the user. Error codes: "Common errors" of each service's API reference."""

from __future__ import annotations

from dataclasses import dataclass

_DENIED = frozenset({
    "AccessDenied", "AccessDeniedException", "AccessDeniedError", "UnauthorizedOperation", "UnauthorizedAccess",
    "AuthorizationError", "AuthorizationErrorException", "Forbidden", "Client.UnauthorizedOperation",
})  # fmt: skip
_EXPIRED = frozenset({
    "ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired", "ExpiredTokenError",
})  # fmt: skip
_FOREIGN = frozenset({
    "AuthFailure", "OptInRequired", "UnrecognizedClientException", "UnrecognizedClient", "InvalidClientTokenId",
    "InvalidToken", "SubscriptionRequiredException",
})  # fmt: skip
_THROTTLED = frozenset({
    "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled", "RequestThrottledException",
    "RequestLimitExceeded", "TooManyRequestsException", "SlowDown", "BandwidthLimitExceeded",
})  # fmt: skip
_MISSING = frozenset({
    "NotFound", "NotFoundException", "ResourceNotFoundException", "NoSuchEntity", "TrailNotFoundException",
    "InvalidPrefixListID.NotFound", "InvalidGroup.NotFound", "NoSuchConfigurationRecorderException",
})  # fmt: skip
_NOT_OFFERED = frozenset({"InvalidAction", "UnsupportedOperation", "UnknownOperationException", "NotImplementedError"})
_UNREACHABLE = frozenset({"EndpointConnectionError", "ConnectTimeoutError", "ProxyConnectionError", "SSLError"})
_LONGEST = 200


@dataclass(eq=False)
class NotRead(Exception):
    """A call that gave no whole answer; ``str()`` is the reason for the user."""

    call: str
    """``ec2:DescribeSecurityGroups``"""
    code: str
    """The error code of AWS, or the name of the exception of botocore."""
    message: str = ""

    @property
    def expired(self) -> bool:
        """Return True if the credentials have run out."""
        return self.code in _EXPIRED

    @property
    def missing(self) -> bool:
        """Return True if AWS says that there is no such thing."""
        return self.code in _MISSING

    @property
    def unreachable(self) -> bool:
        """Return True if the endpoint cannot be reached, for this call or any other."""
        return self.code in _UNREACHABLE

    @property
    def not_offered(self) -> bool:
        """Return True if the endpoint does not know the call: an older partition, a double of AWS."""
        return self.code in _NOT_OFFERED

    @property
    def denied(self) -> bool:
        """Return True if AWS refused the caller."""
        return self.code in _DENIED

    def __str__(self) -> str:
        code, call = self.code, self.call
        if code in _DENIED:
            by = " by a service control policy" if "service control policy" in self.message else ""
            return f"access to {call} is denied{by} ({code})"
        if code in _NOT_OFFERED:
            return f"this endpoint does not offer {call}"
        if code in _EXPIRED:
            return f"the credentials have expired ({code} at {call})"
        if code in _FOREIGN:
            return (
                f"the region is not enabled for the account, or the credentials are not valid there ({code} at {call})"
            )
        if code in _THROTTLED:
            return f"AWS throttled {call} and went on when it was tried again ({code})"
        return f"{call} failed: {code}" + (f": {_one_line(self.message)}" if self.message else "")


def not_read(error: Exception, call: str) -> NotRead:
    """Return the failure that an exception of botocore stands for."""
    response = getattr(error, "response", None)
    if isinstance(response, dict):
        details = response.get("Error") or {}
        return NotRead(call, str(details.get("Code") or type(error).__name__), str(details.get("Message") or ""))
    return NotRead(call, type(error).__name__, str(error))


def _one_line(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."
