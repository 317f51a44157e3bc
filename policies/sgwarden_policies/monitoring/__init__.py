"""Policies on the monitoring chain: one control of the benchmark each."""
