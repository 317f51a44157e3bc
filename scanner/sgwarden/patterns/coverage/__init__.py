"""Which events of the catalogue patterns catch, which they miss, and which they catch under a condition.

- `matcher.Matcher`: a text of any language, valid or with the reason why not; `matches` evaluates it on one CloudTrail
  record. The package of each language makes its own.
- `decide_coverage.coverage_of`: what matchers together catch of the events of one control of the benchmark.
- `decide_coverage.decide_coverage`: the same for any events.
"""
