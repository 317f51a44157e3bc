"""The monitoring chain of a finding, drawn link by link with the break marked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sgwarden.reports.parts.style import Style

_WIDTH = len("metric filter")


def lines(evidence: Mapping[str, Any], style: Style) -> Iterator[str]:
    """One line a link; none for evidence without a chain.

    ✓ holds, ✗ breaks, ? is not decided. What stands behind a broken link is drawn too: it may be whole or broken.
    """
    blamed = evidence.get("broken_link")
    for link in evidence.get("chain", ()):
        holds, here = link["holds"], link["link"] == blamed
        mark = style.dim("✓") if holds is True else style.red("✗") if holds is False else style.yellow("?")
        if holds is True:
            told = style.dim(link["found"])
        elif holds is False:
            told = style.bold(style.red("<- breaks here")) if here else link["found"]
        else:
            told = style.yellow("<- hangs here" if here else "not decided")
        address = link["address"] or "(none)"
        yield f"{mark} {link['link']:<{_WIDTH}}  {address}{'  ' + told if told else ''}"
