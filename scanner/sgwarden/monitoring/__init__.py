"""The monitoring chain: which links hold, and which is the first to break. Pure: the model in, answers out."""
