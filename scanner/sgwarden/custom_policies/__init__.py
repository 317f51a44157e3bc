"""Policies of a team's own: Python files with the protocol of the built-in ones, and a declarative form in TOML."""
