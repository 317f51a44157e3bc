"""CloudTrail: which events there are, and what their records hold."""
