"""``aws_iam_policy_document`` as the provider renders it; tests/truth compares whole modules with real plans."""

from __future__ import annotations

import json
from typing import Any

from sgwarden.model.values import Sensitive, Unknown
from sgwarden.sources.policy_document import policy_document

STATEMENT = {"sid": "Publish", "actions": ("sns:Publish",), "resources": ("*",)}


def made(**arguments: Any) -> Any:
    """The document, read back from its text."""
    found = policy_document(arguments)
    assert json.loads(str(found["json"])) == json.loads(str(found["minified_json"]))
    return json.loads(str(found["json"]))


def test_a_statement_in_full() -> None:
    principals = (
        {"type": "Service", "identifiers": ("sns.amazonaws.com",)},
        {"type": "AWS", "identifiers": ("2", "1")},
    )
    condition = ({"test": "StringEquals", "variable": "aws:SourceAccount", "values": ("1",)},)
    statement = {**STATEMENT, "effect": "Deny", "principals": principals, "condition": condition}
    assert made(statement=(statement,)) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Publish", "Effect": "Deny", "Action": "sns:Publish", "Resource": "*",
                "Principal": {"AWS": ["2", "1"], "Service": "sns.amazonaws.com"},
                "Condition": {"StringEquals": {"aws:SourceAccount": "1"}},
            }
        ],
    }  # fmt: skip


def test_everybody_and_lists_in_reverse_order() -> None:
    everybody = ({"type": "*", "identifiers": ("*",)},)
    (statement,) = made(statement=({"actions": ("a:B", "c:D"), "principals": everybody},))["Statement"]
    assert statement == {"Effect": "Allow", "Action": ["c:D", "a:B"], "Principal": "*"}


def test_a_later_document_replaces_statements_of_the_same_sid() -> None:
    source = json.dumps({"Id": "first", "Statement": {"Sid": "Keep", "Effect": "Allow"}})
    override = json.dumps({"Version": "2008-10-17", "Statement": [{"Sid": "Publish", "Effect": "Deny"}]})
    document = made(statement=(STATEMENT,), source_policy_documents=(source,), override_policy_documents=(override,))
    assert document == {
        "Version": "2008-10-17", "Id": "first",
        "Statement": [{"Sid": "Keep", "Effect": "Allow"}, {"Sid": "Publish", "Effect": "Deny"}],
    }  # fmt: skip


def test_the_same_sid_twice_in_the_sources() -> None:
    source = json.dumps({"Statement": [{"Sid": "A"}, {"Sid": "A"}]})
    found = policy_document({"source_policy_documents": (source,)})["json"]
    assert isinstance(found, Unknown)
    assert found.reason == 'the policy document cannot be built: duplicate Sid "A" in source_policy_documents'


def test_an_unknown_text_leaves_what_is_around_it() -> None:
    """It stands without quotes: a part that is the whole of a text is any JSON value."""
    later = Unknown("later", "aws_sns_topic.a", "arn")
    found = policy_document({"statement": ({**STATEMENT, "resources": (later,)},)})["minified_json"]
    assert isinstance(found, Unknown)
    assert found.parts == (
        '{"Version":"2012-10-17","Statement":[{"Sid":"Publish","Effect":"Allow","Action":"sns:Publish","Resource":',
        later,
        "}]}",
    )


def test_an_unknown_shape_and_a_sensitive_part() -> None:
    found = policy_document({"statement": Unknown("later")})["json"]
    assert isinstance(found, Unknown)
    assert (found.reason, found.parts) == ("later", ())
    assert isinstance(policy_document({"statement": (Sensitive(STATEMENT),)})["json"], Sensitive)
