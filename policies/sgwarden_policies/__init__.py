"""Policies: one fault a file, pure functions from the model to findings."""
