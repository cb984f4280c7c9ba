"""sarai serve: the desk over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sarai.cli import options
from sarai.cli.output import answer, busy, note

if TYPE_CHECKING:
    from rich.console import Console

    from sarai.server.house import House
    from sarai.server.streams import MqttSource, NatsSource

    Sources = tuple[NatsSource | None, MqttSource | None]

PORT = 8480
LOOPBACK = ("127.0.0.1", "::1", "localhost")
FILE = click.Path(exists=True, dir_okay=False)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.option("--ledger", metavar="URL", envvar="SARAI_LEDGER", show_envvar=True,
              help="The book: a SQLite file or postgresql://; made if it is absent.")  # fmt: skip
@click.option("--dir", "directory", metavar="D", default="out/desk", show_default=True,
              type=click.Path(file_okay=False),
              help="Where the server keeps its own: alerts, accounts, events.")  # fmt: skip
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65_535), default=PORT, show_default=True, help="The port.")
@click.option("--key", metavar="FILE", type=FILE, help="Signs checkpoints (sarai key new).")
@click.option("--register", metavar="FILE", type=FILE, help="The register of firms, JSON Lines.")
@click.option("--lists", multiple=True, metavar="FILE", help="Lists of parties to screen against.")
@click.option("--controls", multiple=True, metavar="FILE", help="Lists of controlled goods.")
@click.option("--statistics", metavar="DIR", envvar="SARAI_STATISTICS", show_envvar=True,
              type=click.Path(file_okay=False),
              help="Trade statistics for the page Flows (sarai flows load).")  # fmt: skip
@click.option("--network", metavar="DIR", multiple=True, envvar="SARAI_NETWORK", show_envvar=True,
              type=FOLDER,
              help="Tables of your own for the page Corridors, over the packaged ones.")  # fmt: skip
@click.option("--minerals", metavar="DIR", envvar="SARAI_MINERALS", show_envvar=True, type=FOLDER,
              help="Data for the page Minerals: the EU's tables, WGI, world mining, BACI.")  # fmt: skip
@click.option("--standing", metavar="DIR", multiple=True, envvar="SARAI_STANDING", show_envvar=True,
              type=FOLDER,
              help="Tables of your own for the page Standing, over the packaged ones.")  # fmt: skip
@click.option("--votes", metavar="DIR", envvar="SARAI_VOTES", show_envvar=True, type=FOLDER,
              help="Folder with un_ideal_points*.csv, for the page Standing.")  # fmt: skip
@click.option("--nats", metavar="URL", envvar="SARAI_NATS", show_envvar=True,
              help="Read documents from JetStream: nats://HOST:PORT, tls://...")  # fmt: skip
@click.option("--mqtt", metavar="URL", envvar="SARAI_MQTT", show_envvar=True,
              help="Hear seals and gates: mqtt://HOST:PORT, mqtts://...")  # fmt: skip
@click.option("--behind-proxy", is_flag=True, help="Believe X-Forwarded-For and -Proto of a proxy here.")
@click.option("--demo", is_flag=True, help="Play a made-up state, with one user of each role.")
@click.option("--speed", type=click.FloatRange(0, 100_000), default=600.0, show_default=True,
              help="Demo: seconds of the state in one of ours.")  # fmt: skip
@click.option("--traders", type=click.IntRange(50, 20_000), default=400, show_default=True,
              help="Demo: how many traders there are.")  # fmt: skip
@click.option("--days", type=click.IntRange(4, 365), default=30, show_default=True,
              help="Demo: how many days they trade.")  # fmt: skip
@options.seed
@options.as_json
def serve(demo: bool, **asked: Any) -> int:
    """The desk: pages, HTTP, EPCIS and streams over one book."""
    from sarai.server.running import steady_the_heap

    steady_the_heap()
    sources = _sources(**asked)
    house = _played(**asked) if demo else _kept(**asked)
    return _run(house, sources, **asked)


def _sources(nats: str | None, mqtt: str | None, **_: Any) -> Sources:
    """The brokers that were named, before anything is done."""
    from sarai.server.streams import mqtt_source, nats_source

    return nats_source(nats) if nats else None, mqtt_source(mqtt) if mqtt else None


def _kept(
    ledger: str | None, directory: str, key: str | None, register: str | None, lists: tuple[str, ...],
    controls: tuple[str, ...], **asked: Any,
) -> House:  # fmt: skip
    """A house over a real book."""
    from sarai.ledger import SigningKey
    from sarai.server.house import House
    from sarai.watch import Given

    if not ledger:
        raise click.UsageError("name the book with --ledger, or try --demo")
    with busy("opening the book and reading lists"):
        given = Given.read(Path(register) if register else None, lists, controls=controls)
        house = House(ledger, Path(directory), given=given, **_studied(**asked))
    house.keys = (SigningKey.load(Path(key)),) if key else ()
    return house


def _studied(
    statistics: str | None, network: tuple[Path, ...], minerals: Path | None, standing: tuple[Path, ...],
    votes: Path | None, **_: Any,
) -> dict[str, Any]:  # fmt: skip
    """The data beside the book that pages ask."""
    return {
        "statistics": _folder(statistics), "network": network, "minerals": minerals, "standing": standing,
        "votes": votes,
    }  # fmt: skip


def _folder(statistics: str | None) -> Path | None:
    """Where trade statistics are; what reads them must be there from the beginning."""
    if not statistics:
        return None
    import duckdb  # noqa: F401
    import ibis  # noqa: F401

    return Path(statistics)


def _played(directory: str, speed: float, traders: int, days: int, seed: int, **asked: Any) -> House:
    """A house over a state that is played; what an earlier play left is replaced."""
    import shutil

    from sarai.server.demo import Play, play

    if Path(directory).exists():
        shutil.rmtree(directory)
    with busy("simulating a state"):
        state = Play(traders, days, seed, speed)
    with busy("recording what was before"):
        return play(state, Path(directory), **_studied(**asked))


def _run(
    house: House, sources: Sources, host: str, port: int, behind_proxy: bool, as_json: bool, **_: Any
) -> int:
    import logging

    from sarai.server.app import create_app
    from sarai.server.logs import logger
    from sarai.server.running import listening, server, spare_the_collector
    from sarai.server.streams import Streams

    socket = listening(host, port)
    url = f"http://{host}:{socket.getsockname()[1]}/"

    def say(screen: Console) -> None:
        screen.print(f"The desk is at {url} (Ctrl-C ends it)", soft_wrap=True)
        if first:
            screen.print(f"Nobody has an account yet: make the first one at {first}", soft_wrap=True)
        if host not in LOOPBACK and not behind_proxy:
            note(screen, "It listens beyond this machine, without TLS: put a proxy before it.")

    log = logger(level=logging.WARNING if house.demo else logging.INFO)  # whoever tries it reads the address
    app = create_app(house, log=log, streams=Streams(house, *sources))
    token = None if house.demo else app.state.access.store.setup_token()
    first = f"{url}setup?token={token.reveal()}" if token else None
    answer(as_json, {"url": url, "demo": bool(house.demo), "setup": first}, say)
    spare_the_collector()
    server(app, house, behind_proxy=behind_proxy).run([socket])
    return 0
