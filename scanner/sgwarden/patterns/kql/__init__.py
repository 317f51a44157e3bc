"""KQL, and Elastic's detection rules that are written in it."""
