"""CloudWatch Logs filter patterns.

- `parse.parse_filter_pattern`: from text to a tree (`ast`), or a `FilterPatternError` that says where and why.
- `match.matches_record`, `match.matches_text`: a pattern on one CloudTrail record, or on other text.
- `compile.compile_pattern`: a pattern as a formula, for `sgwarden.patterns.conditions.decide`.

`sgwarden.patterns.coverage` decides what patterns catch of the event catalogue.
"""
