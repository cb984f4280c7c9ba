"""Every bound of the room, with its reason."""

from __future__ import annotations

from msgspec import Struct

from sarai.goods import BadSetting

__all__ = ["FlowsSettings"]

LEAST_MEMORY_MB = 256  # below it DuckDB cannot hold the hash tables that it spills


class FlowsSettings(Struct, frozen=True, kw_only=True):
    """How the room works on this machine.

    Attributes
    ----------
    memory_mb : int
        What an engine may hold in memory; what is more goes to files beside the statistics.
    threads : int
        How many an engine uses; 0 for as many as there are processors.
    shown : int
        Rows of an answer that a person is shown.
    """

    memory_mb: int = 4096  # half of a small server; a desk beside it keeps the rest
    threads: int = 0
    shown: int = 50

    def __post_init__(self) -> None:
        if self.memory_mb < LEAST_MEMORY_MB:
            raise BadSetting(f"memory {self.memory_mb} MB is too little; give {LEAST_MEMORY_MB} MB or more")
        if self.threads < 0:
            raise BadSetting(f"threads {self.threads} must not be negative; 0 takes all processors")
