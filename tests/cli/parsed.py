"""Parsed arguments of a command, for tests of what its options become."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from sgwarden.cli.arguments import add_arguments


def parsed(command: str, *arguments: str) -> Namespace:
    """Return what argparse makes of a command's arguments."""
    parser = ArgumentParser()
    add_arguments(command, parser)
    return parser.parse_args(list(arguments))
