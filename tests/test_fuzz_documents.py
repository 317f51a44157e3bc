"""A short run of the search for documents that break the law of ``tests.fuzz_documents``."""

from __future__ import annotations

import pytest

from tests.fuzz_documents import KINDS, Change, search


@pytest.mark.parametrize("kind", KINDS)
def test_no_document_breaks_the_law(kind: str) -> None:
    violations: list[tuple[str, str, Change]] = []
    search(25, lambda *each: violations.append(each), (kind,), derandomize=True)
    assert violations == []
