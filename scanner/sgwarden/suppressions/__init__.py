"""Suppressions: which findings and differences do not count, why, and until when.

They are applied after findings were made or recalled, since they depend on the date and on comments.
"""
