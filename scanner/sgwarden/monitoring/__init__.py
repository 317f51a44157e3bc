"""The monitoring chain from a trail to a subscription: which links hold, and which breaks first."""
