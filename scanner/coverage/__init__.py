"""Which events of the catalogue a pattern catches, which it misses, and which it catches under a condition."""
