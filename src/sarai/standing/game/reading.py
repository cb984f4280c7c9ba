"""The game from a file: TOML with all of it, or a CSV of checkpoints for a game that is otherwise given."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from sarai.goods import BadSetting, TooLarge
from sarai.reference.rows import Fault, rows
from sarai.standing.game.reputation import Repeated
from sarai.standing.game.table import Checkpoint, Game, Trader
from sarai.standing.loading import StandingFaulty

__all__ = ["example", "read_game", "read_repeated", "repeated_example"]

T = TypeVar("T")
MOST_CHECKPOINTS = 200  # a plan for more takes longer than a shift


def example() -> Game:
    """The packaged game; every figure of it is assumed."""
    return _game(_packaged("example.toml"), "the packaged example")


def repeated_example() -> Repeated:
    """The packaged repeated game; every figure of it is assumed."""
    return _converted(_packaged("repeated.toml"), Repeated, "the packaged example")


def _packaged(name: str) -> str:
    from importlib.resources import files

    return files("sarai.standing.game").joinpath(name).read_text("utf-8")


def read_game(path: Path, base: Game | None = None) -> Game:
    """A game from TOML; from CSV its checkpoints, all else from `base` (the packaged example if none).

    Raises
    ------
    BadSetting
        What it says cannot be; the text names the field.
    StandingFaulty
        With every row of a CSV that cannot be used.
    TooLarge
        It has more checkpoints than a plan is made for.
    """
    text = _text(path)
    if path.suffix.lower() == ".csv":
        return _with_checkpoints(base or example(), _checkpoints(text, path), path)
    return _game(text, str(path))


def read_repeated(path: Path) -> Repeated:
    """A repeated game from TOML; raises `BadSetting` as `read_game` does."""
    return _converted(_text(path), Repeated, str(path))


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise BadSetting(f"{path} is not UTF-8 at byte {fault.start}; save it as UTF-8") from fault


def _converted(text: str, kind: type[T], source: str) -> T:
    try:
        return msgspec.convert(tomllib.loads(text), kind)
    except ValueError as fault:  # what tomllib and msgspec raise is one
        raise BadSetting(f"{source}: {fault}; see docs/standing.md") from fault


def _game(text: str, source: str) -> Game:
    game = _converted(text, Game, source)
    if len(game.checkpoints) > MOST_CHECKPOINTS:
        raise TooLarge(
            f"{source} has {len(game.checkpoints)} checkpoints, more than {MOST_CHECKPOINTS}; split it"
        )
    return game


def _checkpoints(text: str, path: Path) -> tuple[Checkpoint, ...]:
    """The rows of a CSV, parted by commas or, as spreadsheets of some countries write them, by semicolons."""
    faults: list[Fault] = []
    header = next((line for line in text.splitlines() if line.strip() and not line.startswith("#")), "")
    delimiter = "," if "," in header else ";"
    made = tuple(each for _, each in rows(text, Checkpoint, str(path), faults, delimiter=delimiter))
    if faults:
        raise StandingFaulty(faults)
    if len(made) > MOST_CHECKPOINTS:
        raise TooLarge(f"{path} has {len(made)} checkpoints, more than {MOST_CHECKPOINTS}; split it")
    return made


def _with_checkpoints(game: Game, checkpoints: tuple[Checkpoint, ...], path: Path) -> Game:
    """The game at other checkpoints; routes of traders to those that are not there fall away."""
    known = {each.code for each in checkpoints}

    def at_these(trader: Trader) -> Trader:
        return replace(trader, route={code: usd for code, usd in trader.route.items() if code in known})

    try:
        return replace(game, name=f"{path.name} with all else from {game.name}", checkpoints=checkpoints,
                       traders=tuple(map(at_these, game.traders)))  # fmt: skip
    except BadSetting as fault:
        raise BadSetting(f"{path}: {fault}") from fault
