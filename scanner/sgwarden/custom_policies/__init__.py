"""Policies of a team's own: Python files like the built-in ones, and a declarative form in TOML."""
