"""The words of our own comments."""

from __future__ import annotations

from datetime import date

import pytest

from sgwarden.suppressions.comments import MARKERS, OwnComment, parse_date, read_comment

KNOWN = ("open-admin-port", "open-high-risk-port", "missing-description")
FORM = 'write sgwarden:ignore=POLICY until=2027-01-31 reason="..."'


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("# sgwarden:ignore=open-admin-port", OwnComment(("open-admin-port",))),
        ("#sgwarden:ignore=*", OwnComment(("*",))),
        (
            '// sgwarden:ignore=open-admin-port,missing-description until=2027-01-31 reason="a # \\"b\\""',
            OwnComment(("open-admin-port", "missing-description"), date(2027, 1, 31), 'a # "b"'),
        ),
        (
            "/* for now: sgwarden:ignore=open-admin-port\n   reason=ticket-7 until=2027-01-31 */",
            OwnComment(("open-admin-port",), date(2027, 1, 31), "ticket-7"),
        ),
        ('# sgwarden:ignore=open-admin-port reason=" "', OwnComment(("open-admin-port",))),
        (
            "# sgwarden:ignore=open-admin-port until=soon",
            OwnComment(("open-admin-port",), invalid="until=soon is no date; write until=2027-01-31"),
        ),
        (
            "# sgwarden:ignore=open-admin-port until=2027-02-30",
            OwnComment(("open-admin-port",), invalid="until=2027-02-30 is no date; write until=2027-01-31"),
        ),
        ("# sgwarden:ignore", OwnComment(invalid=f"it names no policy; {FORM}")),
        ("# sgwarden:ignore open-admin-port", OwnComment(invalid=f"it names no policy; {FORM}")),
        ("# sgwarden:ignore: open-admin-port", OwnComment(invalid=f"it names no policy; {FORM}")),
        ("# sgwarden:ignore=open-admin-port, missing-description", OwnComment(invalid=f"it names no policy; {FORM}")),
        (
            "# sgwarden:ignore=open-admin",
            OwnComment(("open-admin",), invalid='there is no policy "open-admin"; did you mean "open-admin-port"?'),
        ),
        (
            "# sgwarden:ignore=open-admin-port because of me",
            OwnComment(("open-admin-port",), invalid=f'"because of me" is not understood; {FORM}'),
        ),
        (
            '# sgwarden:ignore=open-admin-port reason="x',
            OwnComment(("open-admin-port",), invalid=f'"reason="x" is not understood; {FORM}'),
        ),
        (
            "# sgwarden:ignore=open-admin-port until=2027-01-31 until=2028-01-31",
            OwnComment(("open-admin-port",), invalid=f'"until=2028-01-31" is not understood; {FORM}'),
        ),
        (
            "# sgwarden:ignore=open-admin-port owner=me",
            OwnComment(("open-admin-port",), invalid=f'"owner=me" is not understood; {FORM}'),
        ),
        (
            "/*\n * sgwarden:ignore=open-admin-port\n * until=2027-01-31\n */",
            OwnComment(("open-admin-port",), date(2027, 1, 31)),
        ),
        ("# sgwarden:ignore=open-admin-port reason='it\"s mine'", OwnComment(("open-admin-port",), reason='it"s mine')),
        ("# sgwarden: ignore=open-admin-port", OwnComment(invalid=f"it is not spelled sgwarden:ignore; {FORM}")),
        ("# SGWARDEN:IGNORE=open-admin-port", OwnComment(invalid=f"it is not spelled sgwarden:ignore; {FORM}")),
        ("// sgwarden-ignore open-admin-port", OwnComment(invalid=f"it is not spelled sgwarden:ignore; {FORM}")),
        ("# sgwarden:skip=open-admin-port", OwnComment(invalid=f"it is not spelled sgwarden:ignore; {FORM}")),
    ],
)
def test_read_comment(comment: str, expected: OwnComment) -> None:
    assert list(read_comment(comment, KNOWN)) == [expected]
    assert MARKERS.search(comment.encode())


def test_two_in_one_comment_and_none() -> None:
    two = '# sgwarden:ignore=open-admin-port reason="a" sgwarden:ignore=missing-description reason="b"'
    assert list(read_comment(two, KNOWN)) == [
        OwnComment(("open-admin-port",), None, "a"),
        OwnComment(("missing-description",), None, "b"),
    ]
    assert list(read_comment("# nothing to see; xsgwarden:ignore=open-admin-port", KNOWN)) == []
    assert list(read_comment("# sgwarden ignores this file; see sgwarden:skip", KNOWN)) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [("2027-01-31", date(2027, 1, 31)), ("2027-02-30", None), ("20270131", None), ("2027-1-31", None), ("soon", None)],
)
def test_parse_date(text: str, expected: date | None) -> None:
    assert parse_date(text) == expected
