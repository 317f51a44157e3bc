"""One run from end to end: load the inputs, take cached results or assess, suppress, compare, subsume."""
