"""A model in one file: NumPy's npz with counts and words, from which all else is computed."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import numpy as np
from scipy import sparse

from sarai.goods.errors import BadSetting
from sarai.screening.controls.likelihood import Likelihood

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sarai.screening.controls.description import DescriptionModel

FORMAT = 1
COUNTS = ("data", "indices", "indptr")

Parts = tuple[str, list[str], Likelihood, Likelihood]


def save(model: DescriptionModel, path: str | PathLike[str]) -> None:
    """Write a model; the same model gives the same bytes."""
    arrays = {"format": np.array(FORMAT), "edition": _packed([model.edition]), "nodes": _packed(model.nodes)}
    for name, part in (("words", model.of_words), ("letters", model.of_letters)):
        arrays[f"{name}_vocabulary"] = _packed(part.vocabulary)
        arrays |= {f"{name}_{each}": getattr(part.counts, each) for each in COUNTS}
    with Path(path).open("wb") as file:
        np.savez_compressed(file, **arrays)


def load(path: str | PathLike[str]) -> Parts:
    """Read what a model is made of.

    Raises
    ------
    BadSetting
        The file cannot be read, is damaged, or of another format.
    """
    try:
        with Path(path).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return _parts(arrays)
    except (
        OSError,
        EOFError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        BadZipFile,
        zlib.error,
    ) as error:
        raise BadSetting(f"{path} is no model of descriptions: {error}; make it again") from error


def _parts(arrays: np.lib.npyio.NpzFile) -> Parts:
    if int(arrays["format"]) != FORMAT:
        raise ValueError(f"it is of format {arrays['format']}, and this version reads {FORMAT}")
    nodes = _unpacked(arrays["nodes"])
    return (
        _unpacked(arrays["edition"])[0],
        nodes,
        *(_part(arrays, name, nodes) for name in ("words", "letters")),
    )


def _part(arrays: np.lib.npyio.NpzFile, name: str, nodes: Sequence[str]) -> Likelihood:
    vocabulary = _unpacked(arrays[f"{name}_vocabulary"])
    counts = tuple(arrays[f"{name}_{each}"] for each in COUNTS)
    matrix = sparse.csr_array(counts, shape=(len(nodes), len(vocabulary)))
    matrix.check_format(full_check=True)  # an index out of range would read beyond the arrays
    return Likelihood(nodes, vocabulary, matrix)


def _packed(texts: Iterable[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(texts).encode(), dtype=np.uint8)


def _unpacked(array: NDArray[np.uint8]) -> list[str]:
    return array.tobytes().decode().split("\n") if array.size else []
