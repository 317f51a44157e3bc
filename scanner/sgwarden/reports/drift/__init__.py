"""Reports of drift: one module a format, each with a function ``render`` from a comparison to text."""
