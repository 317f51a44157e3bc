"""Suites and cases of JUnit."""

from __future__ import annotations

from sgwarden.reports.parts.junit import Case, Suite, to_junit, unread_suites


def test_a_document_counts_its_cases_and_names_each_once() -> None:
    cases = [Case("g", "a"), Case("g", "a", "failure", "m<", "t&", "high"), Case("h", "a", "skipped", "why\x00")]
    unread = unread_suites([("module.a", "is not on disk")])
    assert (
        to_junit("all", [Suite("one", cases), *unread])
        == """\
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="all" tests="4" failures="1" errors="1">
  <testsuite name="one" tests="3" failures="1" errors="0" skipped="1">
    <testcase classname="g" name="a"/>
    <testcase classname="g" name="a (2)">
      <failure type="high" message="m&lt;">t&amp;</failure>
    </testcase>
    <testcase classname="h" name="a">
      <skipped message="why?">why?</skipped>
    </testcase>
  </testsuite>
  <testsuite name="not read" tests="1" failures="0" errors="1" skipped="0">
    <testcase classname="not read" name="module.a">
      <error message="is not on disk">is not on disk</error>
    </testcase>
  </testsuite>
</testsuites>
"""
    )


def test_without_anything_unread_there_is_no_suite_of_it() -> None:
    assert unread_suites([]) == []
