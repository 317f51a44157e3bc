"""What a comment stands at: first and last line, found without a grammar."""

from __future__ import annotations

from sgwarden.suppressions.comment_targets import Places

CODE = """# 1 above a resource
resource "aws_security_group" "web" { # 2 at its header
  name = "web" # 3 at an attribute

  # 5 alone

  # 7 above another comment
  # 8 above a block
  ingress {
    cidr_blocks = [ # 10 at a list
      "0.0.0.0/0", # 11 at an element
      # 12 above an element
      "10.0.0.0/8",
    ] # 14 at a closing bracket
    description = <<-EOT
      # not a comment } {
    EOT
    ports = "${join(",", ["a"])} { " /* 18 between */ // 18 at the end
  }
  /* 20 over
     two lines */
  egress = { a = { # 22 at nested brackets
    b = 1
  } }
  dynamic "x" { for_each = [1] } # 25 at a block of one line
} # 26 at the end
#
module "m" { source = "./m" } # 28 at a call
# 29 at the end of the file
"""


def test_every_kind_of_place() -> None:
    found = {
        comment.text.strip("#/* ").split()[0]: (comment.start, comment.end, comment.header)
        for comment in Places(CODE).comments()
        if comment.text != "#" and comment.line != 18
    }
    group = ("resource", "aws_security_group", "web")
    assert found == {
        "1": (2, 26, group),
        "2": (2, 26, group),
        "3": (3, 3, ()),
        "5": (0, 0, ()),
        "7": (9, 19, ()),
        "8": (9, 19, ()),
        "10": (10, 14, ()),
        "11": (11, 11, ()),
        "12": (13, 13, ()),
        "14": (14, 14, ()),
        "20": (22, 24, ()),
        "22": (22, 24, ()),
        "25": (25, 25, ()),
        "26": (26, 26, ()),
        "28": (28, 28, ("module", "m")),
        "29": (0, 0, ()),
    }


def test_several_comments_on_one_line_and_the_block_around() -> None:
    comments = [comment for comment in Places(CODE).comments() if comment.line == 18]
    assert [(comment.start, comment.end, comment.block) for comment in comments] == [(18, 18, (2, 26))] * 2
    assert {comment.block_header for comment in comments} == {("resource", "aws_security_group", "web")}


def test_broken_code_still_has_places() -> None:
    text = 'resource "a" "b" {\n  # above\n  x = = [\n    1\n  ]\n}\n# at a call\nmodule "m" {\n}\nresource "c" "d" {\n  # last\n  y = 1\n'
    assert [(comment.line, comment.start, comment.end, comment.header) for comment in Places(text).comments()] == [
        (2, 3, 5, ()),
        (7, 8, 9, ("module", "m")),
        (11, 12, 12, ()),
    ]


def test_windows_line_ends() -> None:
    text = 'resource "a" "b" {\r\n  # above\r\n  x {\r\n    y = 1\r\n  }\r\n}\r\n'
    assert [(comment.text, comment.start, comment.end) for comment in Places(text).comments()] == [("# above", 3, 5)]


def test_only_the_wanted_ones() -> None:
    assert [comment.line for comment in Places(CODE).comments(lambda text: "above" in text)] == [1, 7, 8, 12]


def test_long_runs_of_comments_and_deep_code() -> None:
    """Work that grows with the square of the file would not end here."""
    count = 10_000
    text = "# c\n" * count + 'resource "a" "b" {\n  x = [\n' + "    # d\n    1,\n" * count + "  ]\n}\n"
    comments = Places(text).comments()
    assert {(comment.start, comment.end) for comment in comments[:count]} == {(count + 1, 3 * count + 4)}
    assert [(comment.start, comment.end) for comment in comments[count:]] == [
        (comment.line + 1, comment.line + 1) for comment in comments[count:]
    ]
