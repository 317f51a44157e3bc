"""Parsed arguments of a command, for tests of what its options become."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from importlib import import_module


def parsed(command: str, *arguments: str) -> Namespace:
    """Return what argparse makes of a command's arguments."""
    parser = ArgumentParser()
    import_module(f"sgwarden.cli.{command}").add_arguments(parser)
    return parser.parse_args(list(arguments))
