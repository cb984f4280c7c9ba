"""What the watch remembers of the book: bounded, and the same however the book was read."""

from sarai.watch.memory.memory import Memory

__all__ = ["Memory"]
