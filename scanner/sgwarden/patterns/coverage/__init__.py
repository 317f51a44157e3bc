"""Which events of the catalogue patterns catch, which they miss, and which they catch under a condition.

- `matchers.filter_pattern`, `matchers.event_pattern`, `matchers.elastic_rule`, `matchers.kql_query`: a text as a matcher,
  valid or with the reason why not; `Matcher.matches` evaluates it on one CloudTrail record.
- `decide_coverage.coverage_of`: what matchers together catch of the events of one control of the benchmark.
- `decide_coverage.decide_coverage`: the same for any events.
"""
