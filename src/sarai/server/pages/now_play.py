"""Of a demonstration: what time it is in the state that is played, and how fast it goes."""

from __future__ import annotations

from datetime import timedelta

from sarai.server.demo import SPEED
from sarai.server.house import House
from sarai.server.pages.look import choice, element, put, show, when
from sarai.server.words import Words

SPEEDS = (0, 1, 4, 16)  # times the usual speed
CLOCK_S = 1.0


def show_play(house: House, words: Words) -> None:
    """The state's time, and buttons for its pace; it is one state, so whoever sets it sets it for all."""
    from nicegui import ui

    player = house.player
    if player is None:
        return
    clock = player.clock

    def chosen(code: str) -> None:
        clock.speed = SPEED * int(code)
        told()

    with element("section", class_="panel now-play", aria_label=words("Demonstration")):
        time = show("", "strong")
        options = [(str(each), *said_speed(each, words)) for each in SPEEDS]
        choice(words("Speed of the demonstration"), options, str(nearest(clock.speed)), chosen)
        pace = show("", "span", "quiet")

    def told() -> None:
        put(time, when(words, house.now()))
        put(pace, said_pace(clock.speed, words) if not player.is_over else words("It is over."))

    told()
    ui.timer(CLOCK_S, told)


def nearest(speed: float) -> int:
    """Which of the speeds to choose from is nearest; only what stands still is paused.

    >>> nearest(0), nearest(60), nearest(9_000)
    (0, 1, 16)
    """
    return min(SPEEDS if not speed else SPEEDS[1:], key=lambda each: (abs(each * SPEED - speed), each))


def said_speed(times: int, words: Words) -> tuple[str, str]:
    """What a button shows, and what it is called."""
    if not times:
        return words("Pause"), words("Pause")
    return f"×{words.number(times)}", said_pace(times * SPEED, words)


def said_pace(speed: float, words: Words) -> str:
    """How fast time goes, in words."""
    if not speed:
        return words("Time stands still.")
    return words("A second is {duration}.", duration=words.duration(timedelta(seconds=round(speed))))
