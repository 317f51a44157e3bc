"""Policy documents of roles, topics and keys, and whether they allow a request.

Source: "IAM JSON policy elements" and "Policy evaluation logic",
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html. An explicit Deny wins over
every Allow; what no statement allows is denied. Only what a service does in the account itself
is decided here, so session policies, boundaries and organization policies are left aside.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct, field

from sgwarden.model.monitoring import Condition, Document, Statement
from sgwarden.model.refinements import parse_json
from sgwarden.model.truth import Truth, all_of, any_of, first_decision, maybe, negate, unless_known
from sgwarden.model.values import Unknown
from sgwarden.model.wildcards import ACCOUNT, Text, matches, same


class Request(Struct, frozen=True):
    """Somebody asks to do something to something."""

    action: str
    service: Text | None = None
    """The service principal that asks; None in policies of a role, which name no principal."""
    resources: tuple[Text, ...] = ()
    """Spellings of the one resource; a statement that matches any of them matches. Empty: not looked at."""
    context: Mapping[str, Text] = field(default_factory=dict)
    """Condition keys in lower case that are set. Keys that are neither here nor in ``ABSENT`` are unknown."""


ABSENT = frozenset(
    {"aws:principalorgid", "aws:sourcevpc", "aws:sourcevpce", "aws:vpcsourceip", "aws:multifactorauthpresent"}
)
"""Keys that are not set when a service acts for itself."""


def parse_document(text: Text | None) -> Document | Unknown | None:
    """Return the document that a JSON text holds; Unknown if its shape is.

    Raises ValueError for other text.
    """
    if text is None:
        return None
    content = parse_json(text)
    if isinstance(content, Unknown):
        return content
    if not isinstance(content, dict):
        raise ValueError("a policy document is an object")
    statements = content.get("Statement", [])
    if isinstance(statements, Unknown):
        return statements
    return Document(tuple(_statement(item) for item in _listed(statements)))


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _statement(content: object) -> Statement | Unknown:
    if isinstance(content, Unknown):
        return content
    if not isinstance(content, dict):
        raise ValueError("a statement of a policy document is an object")
    effect = content.get("Effect", "")
    return Statement(
        effect=effect if isinstance(effect, Unknown) else str(effect),
        actions=_texts(content.get("Action")),
        not_actions=_texts(content.get("NotAction")),
        resources=_texts(content.get("Resource")),
        not_resources=_texts(content.get("NotResource")),
        principals=_principals(content.get("Principal")),
        not_principals=_principals(content.get("NotPrincipal")),
        conditions=tuple(_conditions(content.get("Condition"))),
    )


def _texts(value: object) -> tuple[Text, ...] | None:
    if value is None:
        return None
    return tuple(item if isinstance(item, Unknown) else _plain(item) for item in _listed(value))


def _plain(value: object) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _principals(value: object) -> tuple[tuple[str, Text], ...] | None:
    if value is None:
        return None
    if isinstance(value, dict):
        return tuple((kind, name) for kind, names in value.items() for name in _texts(names) or ())
    return tuple(("*", name) for name in _texts(value) or ())


def _conditions(value: object) -> Iterable[Condition]:
    if isinstance(value, Unknown):
        yield Condition("(unknown)", "(unknown)", (value,))
    elif isinstance(value, dict):
        for test, keys in value.items():
            if not isinstance(keys, dict):
                yield Condition(test, "(unknown)", tuple(_texts(keys) or ()))
                continue
            for key, values in keys.items():
                yield Condition(test, key.lower(), _texts(values) or ())


def allows(documents: Iterable[Document | Unknown | None], request: Request) -> Truth:
    """Return whether the documents together let the request through."""
    allowed: Truth = False
    denied: Truth = False
    for document in documents:
        if document is None:
            continue
        if isinstance(document, Unknown):
            allowed = any_of(allowed, unless_known(document))
            continue
        for statement in document.statements:
            if isinstance(statement, Unknown):
                allowed = any_of(allowed, unless_known(statement))
                continue
            applying = applies(statement, request)
            if isinstance(statement.effect, Unknown):
                allowed = any_of(allowed, all_of(applying, unless_known(statement.effect)))
            elif statement.effect == "Allow":
                allowed = any_of(allowed, applying)
            elif statement.effect == "Deny":
                denied = any_of(denied, applying)
    return all_of(allowed, negate(denied))


def applies(statement: Statement, request: Request) -> Truth:
    """Return whether the statement applies to the request."""
    return all_of(
        _who(statement, request),
        _element(statement.actions, statement.not_actions, (request.action,), fold=True),
        _element(statement.resources, statement.not_resources, request.resources) if request.resources else True,
        *(_holds(condition, request.context) for condition in statement.conditions),
    )


def _who(statement: Statement, request: Request) -> Truth:
    if request.service is None:
        return True
    if statement.principals is not None:
        return any_of(*(_is_service(kind, name, request.service) for kind, name in statement.principals))
    if statement.not_principals is not None:
        return negate(any_of(*(_is_service(kind, name, request.service) for kind, name in statement.not_principals)))
    return False


def _is_service(kind: str, name: Text, service: Text) -> Truth:
    """Return whether a principal is the service.

    Everybody includes it: the policy that SNS gives new topics allows ``{"AWS": "*"}``.
    """
    if kind == "Service":
        return same(name, service)
    if kind in ("AWS", "*"):
        return same(name, "*")
    return False


def _element(
    wanted: tuple[Text, ...] | None, unwanted: tuple[Text, ...] | None, subjects: Iterable[Text], fold: bool = False
) -> Truth:
    spelled = [_folded(subject) if fold else subject for subject in subjects]
    if wanted is not None:
        return _any_match(wanted, spelled, fold)
    if unwanted is not None:
        return negate(_any_match(unwanted, spelled, fold))
    return True  # policies of a topic or role trust may leave the resource out


def _any_match(patterns: Iterable[Text], subjects: list[Text], fold: bool) -> Truth:
    """Return whether a pattern matches the subject in any of its spellings."""
    return any_of(
        *(
            first_decision(matches(_folded(pattern) if fold else pattern, subject) for subject in subjects)
            for pattern in patterns
        )
    )


def _folded(value: Text) -> Text:
    return value.lower() if isinstance(value, str) else value


def _holds(condition: Condition, context: Mapping[str, Text]) -> Truth:
    test, if_exists = condition.test, condition.test.endswith("IfExists")
    test = test.removesuffix("IfExists").rpartition(":")[2]
    if condition.key not in context:
        if condition.key not in ABSENT:
            return maybe(f"the condition key {condition.key} of a policy")
        if test == "Null":
            return any_of(*(same(value, "true") for value in condition.values))
        return if_exists or _negative(test) or condition.test.startswith("ForAllValues:")
    actual = context[condition.key]
    if test == "Null":
        return any_of(*(same(value, "false") for value in condition.values))
    compare = _COMPARISONS.get(test)
    if compare is None:
        return maybe(f"the condition {condition.test} of a policy")
    if test in _FOLDED:
        actual = _folded(actual)
        answer = any_of(*(compare(_folded(value), actual) for value in condition.values))
    else:
        answer = any_of(*(compare(value, actual) for value in condition.values))
    return negate(answer) if _negative(test) else answer


_FOLDED = frozenset({"StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "Bool"})
_COMPARISONS = {
    "StringEquals": same,
    "StringNotEquals": same,
    "StringEqualsIgnoreCase": same,
    "StringNotEqualsIgnoreCase": same,
    "StringLike": matches,
    "StringNotLike": matches,
    "ArnEquals": matches,
    "ArnNotEquals": matches,
    "ArnLike": matches,
    "ArnNotLike": matches,
    "Bool": same,
}
"""ArnEquals and ArnLike behave identically (the documentation of condition operators)."""


def _negative(test: str) -> bool:
    return "Not" in test


def service_context(account: Text | None, source: Text | None) -> dict[str, Text]:
    """Return the condition keys that are set when a service acts for a resource of an account."""
    own = ACCOUNT if account is None else account
    context: dict[str, Text] = {
        "aws:sourceaccount": own,
        "aws:sourceowner": own,
        "aws:securetransport": "true",
        "aws:principalisawsservice": "true",
        "aws:viaawsservice": "false",
    }
    if source is not None:
        context["aws:sourcearn"] = source
    return context
