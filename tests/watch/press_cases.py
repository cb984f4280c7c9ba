"""What the press and courts described, told again as papers, with names that are plainly made up.

They stand among some weeks of honest trade of a simulated state, from which the watch learns what is usual.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

import msgspec
from watching import DAY, HOUR, MINUTE, Paper, arrived, exited, exported, imported, line, ref, transited

from sarai.goods import Diversion, Document, Party, SealEvent, Transit
from sarai.screening.controls import ControlList, Controls
from sarai.screening.controls.control_list import Entry
from sarai.screening.controls.nomenclature import nomenclature
from sarai.simulation import Scenario, Simulation
from sarai.watch.given import Given
from sarai.watch.register import Firm, Register

BEGIN = datetime.fromisoformat("2022-05-02T08:00:00+00:00")
WEEKS, SEED = 6, 11

REROUTED = Party(id="KZ-990001", name="Trader 0001 LLP", country="KZ", address="Street 1, house 1, Almaty")
FORWARDER = Party(id="BY-990021", name="Partner 0021 (BY)", country="BY")
RECEIVER = Party(id="RU-990031", name="Partner 0031 (RU)", country="RU")

SON = Party(id="KZ-990002", name="Trader 0002 LLP", country="KZ", address="Street 2, house 2, Astana")
FATHER = Party(id="DE-990007", name="Partner 0007 (DE)", country="DE")
CHIP_BUYER = Party(id="RU-990041", name="Partner 0041 (RU)", country="RU")

RESELLER = Party(id="KZ-990003", name="Trader 0003 LLP", country="KZ", address="Street 3, house 3, Almaty")
DRONE_MAKER = Party(id="CN-990051", name="Partner 0051 (CN)", country="CN")
DRONE_BUYER = Party(id="RU-990061", name="Partner 0061 (RU)", country="RU")

FIRMS = (
    Firm(id=REROUTED.id, name=REROUTED.name, activity="wholesaler, electronics", seat="KZALA",
         address=REROUTED.address, phone="+7 000 990001", director="Person 990001", founded=date(2014, 9, 1)),
    Firm(id=SON.id, name=SON.name, activity="wholesaler, electronics", seat="KZAST", address=SON.address,
         phone="+7 000 990002", director="Person 990002", founded=date(2022, 3, 24)),
    Firm(id=FATHER.id, name=FATHER.name, activity="wholesaler, electronics", phone="+7 000 990002",
         director="Person 990012", founded=date(1998, 2, 2)),
    Firm(id=RESELLER.id, name=RESELLER.name, activity="retailer, household", seat="KZALA",
         address=RESELLER.address, phone="+7 000 990003", director="Person 990003",
         founded=date(2022, 4, 11)),
)  # fmt: skip


def day(number: float, hour: float = 0) -> datetime:
    """So many days after the first."""
    return BEGIN + timedelta(days=number, hours=hour)


# -- false transit through a Belarusian store (OCCRP, February 2024) -----------------------------------


def false_transit() -> Iterator[Document]:
    """Goods that a Kazakh firm ordered in the EU lie in temporary storage in Belarus, and end in Russia.

    Eight consignments, together worth USD 5.9 million. Five are sent elsewhere on paper, of which three
    are seen to leave; of the last three nothing more is heard, but where their seals were.
    """
    for number in range(8):
        start = day(10 + 2 * number)
        way = transited(
            f"BYMSQ/{number:06d}", start, REROUTED,
            line("854231", 4_000, 400_000, origin="DE"), line("851762", 300, 337_500, item=2, origin="NL"),
            issuer="customs:BYMSQ", place="BYMSQ", deadline=start + 14 * DAY, principal=FORWARDER,
            carrier=FORWARDER, seals=[f"SEAL-99{number}"],
        )  # fmt: skip
        yield way
        yield from _sealed(way, start, number, leaves=number >= 5)
        if number < 5:
            yield Diversion(
                issuer="customs:BYMSQ", number=f"D-{number}", time=start + 5 * DAY, consignment=ref(way),
                destination="RUMOW", destination_country="RU", consignee=RECEIVER, reason="sold on the way",
            )  # fmt: skip
        if number < 3:
            yield exited(way, start + 7 * DAY, place="RUMOW", issuer="customs:BYMSQ")


def _sealed(way: Document, start: datetime, number: int, leaves: bool) -> Iterator[Document]:
    """A seal is put on, and tells for days that it lies in Minsk; then, perhaps, that it is in Russia."""
    minsk, smolensk, moscow = (("53.9", "27.56"), ("54.78", "32.05"), ("55.75", "37.62"))
    told = [(2, "applied", minsk), (30, "position", minsk), (54, "position", minsk)]
    told += [(100, "off_route", smolensk), (112, "off_route", moscow)] if leaves else []
    for hours, event, (latitude, longitude) in told:
        yield SealEvent(
            issuer="seal-operator", number=f"S-{number}-{hours}", time=start + hours * HOUR,
            consignment=ref(way), seal=f"SEAL-99{number}", event=event,
            latitude_deg=Decimal(latitude), longitude_deg=Decimal(longitude),
        )  # fmt: skip


# -- a firm founded weeks after February 2022 --------------------------------------------------------


def son_of_a_seller() -> Iterator[Document]:
    """A firm of weeks imports chips from the firm of its owner's father, and sends them on to Russia."""
    for number in range(5):
        start = day(12 + 5 * number)
        chips = [line("854231", 9_000, 260_000), line("854239", 2_000, 50_000, item=2)]
        yield imported(
            f"AST/{number}", start, SON, *chips, seller=FATHER, issuer="customs:KZAST", place="KZAST"
        )
        yield exported(
            f"URA/{number}", start + 3 * DAY, SON, *chips, consignee=CHIP_BUYER, issuer="customs:KZURA",
            place="KZAST",
        )  # fmt: skip


# -- drones, all for one buyer ----------------------------------------------------------------------


def drones() -> Iterator[Document]:
    """A firm buys eighteen drones, worth USD 1.2 million, and sells all of them to one firm in Russia."""
    for number, pieces in enumerate((4, 4, 5, 5)):
        start = day(14 + 5 * number)
        goods = line("880624", pieces, 67_000 * pieces, unit="NAR", description="unmanned aircraft")
        yield imported(
            f"ALA/{number}", start, RESELLER, goods, seller=DRONE_MAKER, country="CN", issuer="customs:KZALA",
            place="KZALA",
        )  # fmt: skip
        yield exported(
            f"PPK/{number}", start + 4 * DAY, RESELLER, goods, consignee=DRONE_BUYER, issuer="customs:KZPPK",
            place="KZALA",
        )  # fmt: skip


# -- among honest trade ------------------------------------------------------------------------------


def all_arrive() -> Iterator[Document]:
    """The first case as it should have been: the goods rest in Belarus, and come."""
    for document in false_transit():
        if isinstance(document, Transit):
            yield document
            yield arrived(document, document.time + 9 * DAY, issuer="customs:KZALA")
        elif isinstance(document, SealEvent) and document.event != "off_route":
            yield document


def among_honest_trade(*told: Iterator[Document]) -> tuple[list[Paper], Given]:
    """Papers among those of honest trade, in the order of record, and what an officer has beside them."""
    simulation = Simulation(Scenario.honest(traders=80, days=7 * WEEKS, start=BEGIN.date()), SEED)
    papers: list[Paper] = [(time, document) for time, document in simulation]
    papers += [(document.time + MINUTE, document) for case in told for document in case]
    firms = [msgspec.convert(firm, Firm) for firm in simulation.register()]
    ban = Entry(
        list="ban of unmanned aircraft", code="8806", nomenclature=nomenclature("HS2022"),
        destinations=("BY", "RU"),
    )  # fmt: skip
    given = Given(register=Register([*firms, *FIRMS]), controls=Controls([ControlList((ban,))]))
    return sorted(papers, key=lambda paper: paper[0]), given
