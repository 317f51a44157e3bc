"""Random expressions: what static evaluation makes of them against ``terraform console``.

Many at a time, from the top of the repository: ``python -m tests.truth.expressions COUNT [SEED]``.
Calls of functions take arguments of wrong types, nulls and odd texts as often as fitting ones, since
``try`` and ``can`` make a decision out of every error.
"""

from __future__ import annotations

import base64
import json
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from sgwarden.model.values import reveal
from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.evaluate.expressions import evaluate_text
from sgwarden.terraform.functions.json_text import json_text
from sgwarden.terraform.functions.spec import FUNCTIONS, Parameter
from sgwarden.terraform.types.types import ListType, MapType, SetType, describe, type_of
from sgwarden.terraform.types.values import contains_sensitive, first_unknown
from tests.terraform.functions.record_truth import ConsoleError, _split_types, console

BATCH = 200
LEFT_OUT = frozenset(
    [
        "timestamp",
        "plantimestamp",
        "uuid",
        "bcrypt",
        "rsadecrypt",
        "pathexpand",
        "ephemeralasnull",
        "abspath",
        "file",
        "filebase64",
        "filebase64sha256",
        "filebase64sha512",
        "fileexists",
        "filemd5",
        "fileset",
        "filesha1",
        "filesha256",
        "filesha512",
        "templatefile",
        "base64gzip",
    ]
)
"""Functions whose result hangs on the time, chance, the machine, the compressor or files."""
INFINITE = (
    "log() gives an infinity",
    "pow() gives an infinity",
    "a division by zero gives an infinity",
    "indent() makes",
)
"""What reasons begin with where a value is left undecided that no attribute of a resource can hold."""
NEWER = ("Terraform up to 1.11", "Terraform 1.11 and", "templatestring() of what is no reference")
"""What reasons begin with where versions of Terraform, or OpenTofu, differ: undecided inside ``try``."""
KNOWN_DIFFERENCES = (
    (re.compile(r"\bpow\("), "pow: the last digits of a result that no double holds exactly"),
    (re.compile(r"\blog\("), "log: which numbers are doubles is guessed, and a double has fewer digits"),
    (re.compile(r"-0|, -?0\)"), "a negative zero, which terraform prints as -0, is zero"),
)
"""Why the values may differ, for those differences that stay; see ``_reason``."""

_STRINGS = (
    '""', '"a"', '"b"', '"ab-c"', '"é"', '"e\\u0301"', '"1"', '"-0"', '"01"', '"1e3"', '"1.50"', '"true"', '"false"',
    '" x "', '"a,b,c"', '"%s"', '"%d %s"', '"%05.2f"', '"%[2]v"', '"a.b*"', '"/a(b)?/"', '"10.0.0.0/8"',
    '"10.1.2.3/16"', '"::/0"', '"::ffff:1.2.3.4/96"', '"fd00::/48"', '"0.0.0.0/0"', '"300.0.0.0/8"',
    '"2024-02-29T12:00:00Z"', '"24h"', '"YYYY-MM-DD"', '"{\\"a\\":1}"', '"[1,2]"', '"a: 1"', '"YQ=="', '"a\\nb"',
    '"${1}x"', '"${null}"', '"é😀"', '"H4sIAAAAAAAA"', '"ff"', '"utf-16le"',
)  # fmt: skip
_NUMBERS = ("0", "1", "2", "3", "-1", "-2", "0.5", "-0.5", "1.5", "10", "16", "24", "32", "62", "100", "1e3", "1e18",
    "9223372036854775808", "1e30", "-0", "0.1", "1/3", "128")  # fmt: skip
_BOOLS = ("true", "false")
_NULLS = ("null", "tostring(null)", "tonumber(null)", "tobool(null)", "tolist(null)", "tomap(null)", "toset(null)")
_TUPLES = ("[]", "[null]", '["a", "b"]', "[1, 2, 3]", '["a", 1, true]', '[["a"], ["b", "c"]]', "[{ a = 1 }, { a = 2 }]",
    '["b", "a", "b"]', "[true, false]", '["", "a", null]', "[[], [1]]", '[{ a = 1 }, "x"]')  # fmt: skip
_LISTS = ("tolist([])", 'tolist(["a", "b"])', "tolist([1, 2])", 'tolist(["a", null])', 'tolist([["a"], []])',
    "tolist([true])", "tolist([{ a = 1 }])")  # fmt: skip
_SETS = ("toset([])", 'toset(["a", "b"])', 'toset(["1"])', "toset([1, 2])", 'toset(["a", null])', "toset([true])",
    'toset([["a"], []])')  # fmt: skip
_OBJECTS = ("{}", "{ a = 1 }", '{ a = "x", b = "y" }', "{ a = null }", '{ a = 1, b = "c" }', "{ a = [1], b = [] }",
    '{ a = { b = "c" } }', '{ "x y" = true }', "{ b = 2, a = 1 }")  # fmt: skip
_MAPS = ("tomap({})", "tomap({ a = 1 })", 'tomap({ a = "x", b = "y" })', 'tomap({ a = ["x"], b = [] })',
    "tomap({ a = null })")  # fmt: skip
_MARKED = ('sensitive("a")', "sensitive(1)", 'sensitive(["a"])', "sensitive({ a = 1 })", 'sensitive("10.0.0.0/8")')
_ANY = _STRINGS + _NUMBERS + _BOOLS + _NULLS + _TUPLES + _LISTS + _SETS + _OBJECTS + _MAPS + _MARKED
_SEQUENCES = _TUPLES + _LISTS + _SETS
_MAPPINGS = _OBJECTS + _MAPS
_OPERATORS = ("+", "-", "*", "/", "%", "==", "!=", "<", ">", "<=", ">=", "&&", "||")


class Difference(NamedTuple):
    """An expression of which ours and terraform's result differ."""

    expression: str
    terraform: str
    ours: str

    @property
    def reason(self) -> str | None:
        """Why it may differ; None when it must not."""
        return _reason(self)


class Generator:
    """Expressions out of a seed."""

    def __init__(self, seed: int) -> None:
        from sgwarden.terraform.functions import names  # fills the table

        self.random = random.Random(seed)
        self.functions = sorted(names() - LEFT_OUT - {"type", "try", "can", "convert"})

    def expression(self, depth: int = 0) -> str:
        """Return one expression, four of five times a call of a function."""
        choice = self.random.random()
        if depth >= 3 or (depth and choice < 0.35):
            return self.random.choice(_ANY)
        if choice < 0.82:
            return self.call(depth)
        return self.other(depth)

    def call(self, depth: int) -> str:
        name = self.random.choice(self.functions)
        function = FUNCTIONS[name]
        parameters = list(function.parameters)
        if function.variadic is not None:
            parameters += [function.variadic] * self.random.choice((0, 1, 1, 2, 2, 3))
        if self.random.random() < 0.03:
            parameters = parameters[:-1] if self.random.random() < 0.5 else [*parameters, Parameter("more")]
        arguments = [self.argument(parameter, depth) for parameter in parameters]
        if arguments and self.random.random() < 0.02:
            arguments[-1] += "..."
        return f"{name}({', '.join(arguments)})"

    def argument(self, parameter: Parameter, depth: int) -> str:
        choice = self.random.random()
        if choice < 0.2:
            return self.expression(depth + 1)
        if choice < 0.3:
            return self.random.choice(_ANY)
        if choice < 0.35:
            return self.random.choice(_NULLS)
        pool: Sequence[str] = _ANY
        if parameter.type == "string":
            pool = _STRINGS
        elif parameter.type == "number":
            pool = _NUMBERS
        elif parameter.type == "bool":
            pool = _BOOLS
        elif isinstance(parameter.type, ListType | SetType) or re.search("list|set|seq|values|keys", parameter.name):
            pool = _SEQUENCES
        elif isinstance(parameter.type, MapType) or re.search("map|vars", parameter.name, re.IGNORECASE):
            pool = _MAPPINGS
        return self.random.choice(pool)

    def other(self, depth: int) -> str:
        """Return anything but a call."""
        a, b, c = (self.expression(depth + 1) for _ in range(3))
        collection = self.random.choice(_SEQUENCES + _MAPPINGS)
        return self.random.choice(
            (
                f"({a}) {self.random.choice(_OPERATORS)} ({b})",
                f"{self.random.choice(_BOOLS)} {self.random.choice(('&&', '||'))} ({a})",
                f"({self.random.choice((*_BOOLS, a))}) ? ({b}) : ({c})",
                f"{self.random.choice('!-')}({a})",
                f"try({a}, {b})",
                f"can({a})",
                f"[for x in {collection} : x]",
                f"[for k, v in {collection} : [k, v] if v != {a}]",
                f"{{ for k, v in {collection} : v => k... }}",
                f"{{ for k, v in {collection} : k => v }}",
                f"{collection}[{a}]",
                f"({a})[0]",
                f"({a}).a",
                f"({a})[*]",
                f"({a})[*].a",
                f'"x${{{a}}}y"',
                f'"%{{ if {a} }}1%{{ else }}2%{{ endif }}"',
                f'"%{{ for v in {collection} ~}} ${{v}} %{{ endfor }}"',
                f"[{a}, {b}]",
                f'{{ a = {a}, ("b") = {b} }}',
            )
        )


def generated(count: int, seed: int) -> Iterator[str]:
    """Yield ``count`` different expressions."""
    generator = Generator(seed)
    seen: set[str] = set()
    while len(seen) < count:
        text = generator.expression()
        if text not in seen:
            seen.add(text)
            yield text


class Result(NamedTuple):
    """What terraform made of an expression; ``value`` is None for an error."""

    value: str | None
    sensitive: bool = False
    type: str = ""


def terraform_results(expressions: Sequence[str], directory: Path) -> list[Result | None]:
    """Return terraform's result of each expression; None where the console gives none (a crash, an unknown)."""
    definitions = {}
    for number, text in enumerate(expressions):
        definitions[f"w{number}"] = f"try(nonsensitive(jsonencode([\n{text}\n])), null)"
        definitions[f"s{number}"] = f"try(issensitive(jsonencode([\n{text}\n])), false)"
    listed = ", ".join(f"[local.w{number}, local.s{number}]" for number in range(len(expressions)))
    try:
        printed = console(directory, definitions, f"base64encode(jsonencode([{listed}]))")
        found = json.loads(base64.b64decode(printed.strip().strip('"')))
        good = [number for number, (value, _) in enumerate(found) if value is not None]
        types: dict[int, str] = {}
        if good:
            printed = console(
                directory,
                {f"v{number}": expressions[number] for number in good},
                f"type([{', '.join(f'local.v{number}' for number in good)}])",
            )
            types = dict(zip(good, _split_types(printed), strict=True))
    except (ConsoleError, RuntimeError, ValueError, subprocess.SubprocessError):
        if len(expressions) == 1:
            return [None]
        half = len(expressions) // 2
        return terraform_results(expressions[:half], directory) + terraform_results(expressions[half:], directory)
    return [Result(value, mark, types.get(number, "")) for number, (value, mark) in enumerate(found)]


def our_result(expression: str, directory: Path, terraform: Result) -> str | None:
    """Return how our result differs from terraform's, or None."""
    try:
        value = evaluate_text(expression, {}, directory, tries=True)
    except EvaluationError as error:
        return None if terraform.value is None else f"error: {error}"
    except Exception as error:  # noqa: BLE001 - a fault of ours: the run goes on, as it is one difference
        return f"internal {type(error).__name__}: {error}"
    unknown = first_unknown(value)
    if unknown is not None and unknown.reason.startswith(NEWER + INFINITE):
        return None
    if unknown is not None:
        return f"unknown: {unknown.reason}"
    if terraform.value is None:
        return f"{value!r}"
    text = json_text((value,))
    if text != terraform.value:
        return text
    if contains_sensitive(value) is not terraform.sensitive:
        return f"{text}, sensitive: {contains_sensitive(value)}"
    pattern = re.escape(_spaceless(describe(type_of(reveal(value))))).replace("dynamic", ".+")
    if not re.fullmatch(pattern, _spaceless(terraform.type)):
        return f"{text} of type {describe(type_of(reveal(value)))}"
    return None


def _spaceless(type_: str) -> str:
    return re.sub(r"\s", "", type_)


def _reason(difference: Difference) -> str | None:
    if re.search(r"(?<![\w.])-0(?![\w.])", difference.expression):
        return "a negative zero, which terraform prints as -0, is zero"
    # Only digits of one number may differ; what is an error on one side, or has another shape, must not.
    if difference.terraform == "error" or difference.ours.startswith(("error", "unknown", "internal")):
        return None
    texts = [re.sub(r" of type .*|, sensitive.*", "", text) for text in (difference.terraform, difference.ours)]
    shapes = [re.sub(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?", "0", text) for text in texts]
    if shapes[0] != shapes[1]:
        return None
    return next((why for pattern, why in KNOWN_DIFFERENCES if pattern.search(difference.expression)), None)


def compare(expressions: Iterable[str], progress: bool = False) -> tuple[int, list[Difference]]:
    """Return how many expressions were compared, and those that differ."""
    compared, differences, batch = 0, [], list(expressions)
    with tempfile.TemporaryDirectory() as temporary:
        directory = Path(temporary)
        for start in range(0, len(batch), BATCH):
            part = batch[start : start + BATCH]
            for text, result in zip(part, terraform_results(part, directory), strict=True):
                if result is None:
                    continue
                compared += 1
                ours = our_result(text, directory, result)
                if ours is not None:
                    shown = "error" if result.value is None else f"{result.value} of type {result.type}"
                    if result.sensitive:
                        shown += ", sensitive"
                    differences.append(Difference(text, shown, ours))
            if progress:
                print(f"{compared} compared, {len(differences)} differ", file=sys.stderr, flush=True)
    return compared, differences


def main(arguments: Sequence[str]) -> None:
    """Compare as many as the first argument says and print those that differ."""
    count, seed = int(arguments[0]), int(arguments[1]) if len(arguments) > 1 else 0
    compared, differences = compare(generated(count, seed), progress=True)
    for difference in sorted(differences, key=lambda found: str(found.reason)):
        print(json.dumps({**difference._asdict(), "reason": difference.reason}, ensure_ascii=False))
    print(f"{compared} compared, {len(differences)} differ, {sum(d.reason is None for d in differences)} unexplained")


if __name__ == "__main__":
    main(sys.argv[1:])
