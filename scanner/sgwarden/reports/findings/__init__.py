"""Reports of findings: one module a format, each with a function ``render`` from a report to text."""
