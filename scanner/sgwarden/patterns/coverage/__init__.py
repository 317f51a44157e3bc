"""Which events of the catalogue patterns catch, which they miss, and which they catch under a condition.

- `matchers.filter_pattern`, `matchers.event_pattern`, `matchers.elastic_rule`, `matchers.kql_query`: a text as a matcher,
  valid or with the reason why not; `Matcher.matches` evaluates it on one CloudTrail record.
- `result.coverage_of`: matchers together, put to one control of the benchmark.
- `result.decide`: the same for any events.
"""
