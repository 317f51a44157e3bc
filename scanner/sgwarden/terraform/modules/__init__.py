"""Modules as their files state them: discovery, overrides, variables and their values."""
