"""The server as a process: what it sets before anything else."""

from __future__ import annotations

import subprocess
import sys

import pytest

BLOCKS = """
import ctypes, sys
from sarai.server.running import steady_the_heap

class Told(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in "arena free small apart apart_bytes".split()] + [
        ("rest", ctypes.c_size_t * 5)
    ]

try:
    told = ctypes.CDLL(None).mallinfo2
except AttributeError:
    sys.exit(77)
told.restype = Told
if sys.argv[1] == "steady":
    steady_the_heap()
large = bytes(20_000_000)
del large
before = told().apart_bytes
large = bytes(10_000_000)
print(told().apart_bytes - before)
"""


def apart(how: str) -> int:
    """Bytes of a large block that are no part of a heap, once a larger one was freed."""
    done = subprocess.run([sys.executable, "-c", BLOCKS, how], check=False, capture_output=True, text=True)
    if done.returncode == 77:
        pytest.skip("this C library does not tell of its heaps")
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def test_large_blocks_stay_apart_from_the_heap():
    assert apart("as it is") < 1_000_000, "else there is nothing to steady"
    assert apart("steady") >= 10_000_000
