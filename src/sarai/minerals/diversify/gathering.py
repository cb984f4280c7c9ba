"""A case from a folder of data: needs, who supplies, packaged projects, ways, and what a reader must know."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from sarai.goods import BadSetting
from sarai.minerals.dependence.trade import importer_code, of_importer
from sarai.minerals.diversify.case import Case, Rules
from sarai.minerals.diversify.chains import stages_of
from sarai.minerals.diversify.feeding import fed
from sarai.minerals.diversify.own import Tables, over, packaged_projects
from sarai.minerals.diversify.supplying import Asked, stock, suppliers
from sarai.minerals.diversify.tables import Need, Project, Supplier
from sarai.minerals.loading import material
from sarai.minerals.sources.finding import find, held

__all__ = ["Asked", "Gathered", "gathered"]


class Gathered(Struct, frozen=True, kw_only=True):
    """A case, the shares of today by stage and country, and what a reader must know."""

    case: Case
    before: Mapping[str, Mapping[str, float]]
    words: tuple[str, ...]


def gathered(asked: Asked, rules: Rules, own: Tables | None = None) -> Gathered:
    """The case that data, packaged projects and tables of the user's own describe; the latter go before."""
    name, importer = material(asked.material).code, importer_code(asked.importer)
    found: list[Supplier] = []
    needs: list[Need] = []
    words: list[str] = []
    stocks: list[Project] = []
    stated = {(each.material, each.stage) for each in (own.needs if own else ())}
    for stage in asked.stages or ("mining", "processing"):
        of_stage, t, said = suppliers(asked, name, importer, stage)
        words += said if of_stage or (name, stage) not in stated else ()
        found += of_stage
        if t > 0 and of_stage:
            stocks.append(stock(of_stage, t, importer))
            needs += [_need(asked, name, stage, year, t) for year in asked.years]
    tables = over(
        Tables(needs=needs, suppliers=found, projects=packaged_projects() + stocks), own or Tables()
    )
    if not tables.needs:
        raise BadSetting(
            f"nothing says how much {name} {importer} needs; state it with --demand TONNES, or in needs.csv "
            f"of the folder of --projects ({' '.join(words)})"
        )
    return _case(asked, rules, tables, importer, words)


def _case(asked: Asked, rules: Rules, tables: Tables, importer: str, words: list[str]) -> Gathered:
    inside = tuple(sorted(of_importer(importer, asked.years[0])))
    tables, said = fed(asked, tables, importer, inside)
    words += said
    stages = stages_of(tables.needs, tables.projects, inside)
    projects = [each for each in tables.projects if (each.material, each.stage) in stages]
    ways, limits = list(tables.ways), list(tables.limits)
    if not ways:
        ways, limits, said = _carried(stages, [*tables.suppliers, *projects], inside, importer)
        words += said
    weights, said = _weights(asked)
    case = Case(
        years=asked.years, needs=tuple(tables.needs), rules=rules, suppliers=tuple(tables.suppliers),
        projects=tuple(projects), ways=tuple(ways), limits=tuple(limits), own=inside, weights=weights,
    )  # fmt: skip
    return Gathered(case=case, before=_before(case), words=(*words, *said))


def _need(asked: Asked, name: str, stage: str, year: int, t: float) -> Need:
    return Need(material=name, stage=stage, year=year, t=t * (1 + asked.growth) ** (year - asked.years[0]))


def _before(case: Case) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for each in sorted(case.suppliers, key=lambda row: (-row.t, row.code)):
        if each.t > 0:
            of = found.setdefault(f"{each.material} {each.stage}", {})
            of[each.country] = of.get(each.country, 0.0) + each.t
    return {stage: {code: t / sum(of.values()) for code, t in of.items()} for stage, of in found.items()}


# -- ways and weights ----------------------------------------------------------------------------


def _carried(
    stages: set, sources: list, inside: tuple[str, ...], importer: str
) -> tuple[list, list, list[str]]:
    from sarai.corridors import shipped
    from sarai.minerals.diversify.carrying import carried
    from sarai.minerals.diversify.room import Room

    room, ways, limits, words = Room(shipped()), [], {}, []
    for name, stage in sorted(stages):
        origins = {
            each.country
            for each in sources
            if (each.material, each.stage) == (name, stage) and getattr(each, "kind", "") != "stockpile"
        }
        found = carried(room, origins - set(inside), importer, name, stage)
        ways += found.ways
        limits |= {each.code: each for each in found.limits}
        words += [f"{stage}: {each}" for each in found.words]
    return ways, [limits[code] for code in sorted(limits)], words


def _weights(asked: Asked) -> tuple[dict[str, float], tuple[str, ...]]:
    from sarai.minerals.sources.wgi import read_governance

    if not held(asked.folder, "governance"):
        return {}, ("The folder has no governance, so all countries weigh 1 in the risk.",)
    governance = read_governance(find(asked.folder, "governance"), [])
    year = governance.latest(asked.years[0])
    said = f"Risk weighs shares by governance of {year} (0 best to 10 worst)."
    return governance.risk([year]), (said,)
