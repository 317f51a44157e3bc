"""Suppressions: what findings and differences do not count, why, and until when; the same for every source.

They are applied after findings were made or recalled, since they depend on the date and on comments.
"""
