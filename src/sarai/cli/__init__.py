"""The command line: one thin file for each group of commands."""

from sarai.cli.root import main

__all__ = ["main"]
