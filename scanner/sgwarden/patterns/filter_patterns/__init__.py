"""CloudWatch Logs filter patterns.

- `parsing.parse`: text to tree (`syntax`), or a `errors.PatternError` that says where and why.
- `printing.to_text`: tree to text.
- `matching.matches_record`, `matching.matches_message`: a pattern on one CloudTrail record or log message.
- `compiling.formula_of`: a pattern as a formula, for `sgwarden.patterns.conditions.decide`.

What patterns catch of the event catalogue is `sgwarden.patterns.coverage`.
"""
