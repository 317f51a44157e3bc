"""The same events for other engines: EventBridge event patterns, and KQL for Elastic."""

from __future__ import annotations

import json

from sgwarden.generate.design import Design
from sgwarden.generate.patterns import event_pattern, kql_query


def render_eventbridge(design: Design) -> str:
    """The event pattern; of several controls one object with a pattern for each."""
    patterns = {w.wanted.slug: json.loads(event_pattern(w.wanted.control, w.wanted.events)) for w in design.watches}
    document = next(iter(patterns.values())) if len(patterns) == 1 else patterns
    return json.dumps(document, indent=2) + "\n"


def render_kql(design: Design) -> str:
    """One query a line; of several controls each after a comment with its name."""
    lines: list[str] = []
    for watch in design.watches:
        if len(design.watches) > 1:
            lines.append(f"// {watch.wanted.label} {watch.wanted.title}")
        lines.append(kql_query(watch.wanted.control, watch.wanted.events))
    return "\n".join(lines) + "\n"
