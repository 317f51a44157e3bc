"""The grammars of filter patterns, and their parsers.

Sources: AWS, "Filter pattern syntax for metric filters, subscription filters, filter log events, and Live Tail"
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html), called "the documentation"
in this package, and its edition of 2019 (repository awsdocs/amazon-cloudwatch-logs-user-guide), called "the older
documentation", which states rules that the current one leaves out and none contradicts. Decisions where both are
silent or unclear:

- Words without quotes may contain ``.``, ``*``, ``+`` and ``-`` beside letters, digits and ``_``. The text requires
  quotes around everything else than letters, digits and ``_``, but its own examples compare with ``123.123.*``, and
  the CIS benchmark's with ``kms.amazonaws.com`` and ``*UnauthorizedOperation``.
- Keywords are in capitals in every example. Other spellings are parsed, and coverage through them is conditional.
- A key in brackets takes single quotes (``$.['cluster.name']``), as in the documentation's one example; it may follow
  a ``.`` or a key.
- ``- term`` with a blank excludes the term, as in the older documentation's example 3.
"""

from __future__ import annotations

from functools import cache

from sgwarden.patterns.filter_patterns.ast import Ellipsis, Expression, Field, Term
from sgwarden.patterns.filter_patterns.tree_builder import TreeBuilder
from sgwarden.patterns.lark_parser import LarkParser

_VALUES = r"""
    QUOTED: /"(?:[^"\\]|\\[\s\S])*"/
    REGEX: /%[^%]+%/
    WORD: /[A-Za-z0-9_.*+-]+/
    EQUALITY: "=" | "!="
    ORDER: "<=" | ">=" | "<" | ">"
    %ignore /[ \t\r\n]+/
"""

_JSON = (
    r"""
    start: "{" _expression "}"

    _expression: conjunction_ | disjunction
    disjunction: conjunction_ ("||" conjunction_)+
    ?conjunction_: atom_ | conjunction
    conjunction: atom_ ("&&" atom_)+
    ?atom_: comparison | null_test | existence | "(" _expression ")"

    comparison: SELECTOR (EQUALITY | ORDER) (QUOTED | REGEX | WORD)
    null_test: SELECTOR IS (NULL | TRUE | FALSE)
    existence: SELECTOR NOT EXISTS

    SELECTOR: /\$\.(?:[A-Za-z0-9_-]+|\*|\['[^'\]]+'\])(?:\.(?:[A-Za-z0-9_-]+|\*|\['[^'\]]+'\])|\[(?:\d+|\*|'[^'\]]+')\])*/
    IS: /IS\b/i
    NOT: /NOT\b/i
    EXISTS: /EXISTS\b/i
    NULL: /NULL\b/i
    TRUE: /TRUE\b/i
    FALSE: /FALSE\b/i
"""
    + _VALUES
)

_SPACE_DELIMITED = (
    r"""
    start: "[" field ("," field)* "]"

    ?field: ELLIPSIS -> ellipsis
          | NAME -> named
          | _condition -> conditional
          | -> unnamed
    _condition: conjunction_ | disjunction
    disjunction: conjunction_ ("||" conjunction_)+
    ?conjunction_: comparison | conjunction
    conjunction: comparison ("&&" comparison)+
    comparison: NAME (EQUALITY | ORDER) (QUOTED | REGEX | WORD)

    ELLIPSIS: "..."
    NAME: /[A-Za-z0-9_-]+/
"""
    + _VALUES
)

_UNSTRUCTURED = r"""
    start: term+
    term: SIGN? (QUOTED | REGEX | TERM)

    SIGN: "-" | "?"
    TERM: /[A-Za-z0-9_]+/
    QUOTED: /"(?:[^"\\]|\\[\s\S])*"/
    REGEX: /%[^%]+%/
    %ignore /[ \t\r\n]+/
"""


@cache
def expression_parser() -> LarkParser[Expression]:
    """Return the parser of patterns in braces."""
    return LarkParser(_JSON, TreeBuilder())


@cache
def fields_parser() -> LarkParser[tuple[Field | Ellipsis, ...]]:
    """Return the parser of patterns in brackets."""
    return LarkParser(_SPACE_DELIMITED, TreeBuilder())


@cache
def terms_parser() -> LarkParser[tuple[Term, ...]]:
    """Return the parser of terms."""
    return LarkParser(_UNSTRUCTURED, TreeBuilder())
