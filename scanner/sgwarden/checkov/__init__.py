"""Checkov beside us: our policies in its process, and its results in our report.

``evaluator`` and ``subjects`` run inside Checkov's process and so use the standard library alone.
"""
