"""Done plainly, however long it takes: what routes are held against."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def simple_paths(ends: Sequence[tuple[int, int]], start: int, end: int) -> Iterator[tuple[int, ...]]:
    """Every path that visits no node twice, as indices of edges, by recursion."""
    out: dict[int, list[tuple[int, int]]] = {}
    for at, (tail, head) in enumerate(ends):
        out.setdefault(tail, []).append((at, head))

    def walk(node: int, seen: frozenset[int], path: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        if node == end:
            yield path
            return
        for at, head in out.get(node, ()):
            if head not in seen:
                yield from walk(head, seen | {head}, (*path, at))

    return walk(start, frozenset({start}), ())


def ends_of(graph) -> list[tuple[int, int]]:
    """The ends of a graph's steps."""
    return list(zip(graph.tail.tolist(), graph.head.tolist(), strict=True))
