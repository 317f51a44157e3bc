"""Policies about security groups, their rules, and what they protect."""
