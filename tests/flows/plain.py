"""Every measure a second time, in loops: one flow of one reporter in one period after the other.

Nothing of `sarai.flows.measures` is used here, and none of its ways: a figure is asked of every period of
every reporter by itself, and sums are made of the answers.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import product
from statistics import mean, stdev

Row = dict
REPORTED = ("value", "quantity", "mass_kg")


@dataclass
class Told:
    """What is told of some flows: the sum of what is known, and what is missing."""

    known: float = 0.0
    holes: int = 0
    confidential: int = 0
    kg: float = 0.0
    massless: int = 0
    weighed: float = 0.0
    weighed_kg: float = 0.0

    @property
    def value(self) -> float | None:
        return None if self.holes or self.confidential else self.known

    @property
    def mass(self) -> float | None:
        return None if self.holes or self.massless else self.kg


@dataclass
class Ask:
    """A question: whose figures of which flows, in which periods."""

    source: str
    flow: str
    reporters: tuple
    partners: tuple
    periods: list
    basis: str = "origin"


def months(first: str, last: str) -> list[date]:
    """First days of the months from one to the other, written as 2021-03."""
    here, end = (date.fromisoformat(f"{each}-01") for each in (first, last))
    found = []
    while here <= end:
        found.append(here)
        here = date(here.year + here.month // 12, here.month % 12 + 1, 1)
    return found


class Statistics:
    """Prepared rows and coverage, to be asked cell by cell."""

    def __init__(self, rows: Iterable[Row], published: Iterable[tuple]):
        self.rows = list(rows)
        self.published = {tuple(each) for each in published}
        self.cells = defaultdict(list)
        self.bases = defaultdict(set)
        for row in self.rows:
            self.cells[row["source"], row["reporter"], row["flow"], row["period"]].append(row)
            if row["flow"] == "import":
                self.bases[row["source"], row["reporter"]].add(row["basis"])

    def is_published(self, ask: Ask, reporter: str, period: date) -> bool:
        if (ask.source, reporter, ask.flow, "M", period) not in self.published:
            return False
        told_by = self.bases[ask.source, reporter]
        return ask.flow == "export" or not told_by or ask.basis in told_by

    def everyone(self, ask: Ask) -> tuple:
        """Who reports: those who are named, or all who ever published."""
        ever = {(key[1], key[4]) for key in self.published if key[0] == ask.source and key[2] == ask.flow}
        found = {reporter for reporter, period in ever if self.is_published(ask, reporter, period)}
        return ask.reporters or tuple(sorted(found))

    def cell(self, ask: Ask, reporter: str, period: date) -> list[Row]:
        return [
            row
            for row in self.cells[ask.source, reporter, ask.flow, period]
            if (not ask.partners or row["partner"] in ask.partners)
            and (ask.flow == "export" or row["basis"] == ask.basis)
        ]

    def matching(self, ask: Ask) -> list[Row]:
        """Every row of a question."""
        reporters = ask.reporters or sorted({row["reporter"] for row in self.rows})
        return [row for each in product(reporters, ask.periods) for row in self.cell(ask, *each)]

    def told(self, ask: Ask, **group) -> Told:
        """What is told of one group: exporter, importer, code or period are as given."""
        found, mine = Told(), "exporter" if ask.flow == "export" else "importer"
        reporters = (group[mine],) if mine in group else self.everyone(ask)
        for reporter in reporters:
            for period in [group["period"]] if "period" in group else ask.periods:
                here = not ask.reporters or reporter in ask.reporters
                here = here and period in ask.periods and self.is_published(ask, reporter, period)
                found.holes += not here
                for row in self.cell(ask, reporter, period) if here else []:
                    if all(named(row)[key] == group[key] for key in group):
                        count(found, row)
        return found

    def groups(self, asks: Iterable[Ask], by: tuple) -> list[Row]:
        """The groups that have a row in any of the questions."""
        if not by:
            return [{}]
        keys = {tuple(named(row)[name] for name in by) for ask in asks for row in self.matching(ask)}
        return [dict(zip(by, key, strict=True)) for key in sorted(keys)]


def count(found: Told, row: Row) -> None:
    value, mass = row["value"], row["mass_kg"]
    found.confidential += value is None
    found.known += value or 0
    if mass:
        found.kg += mass
        if value is not None:
            found.weighed += value
            found.weighed_kg += mass
    elif value != 0:
        found.massless += 1


def named(row: Row) -> Row:
    parties = ("reporter", "partner") if row["flow"] == "export" else ("partner", "reporter")
    exporter, importer = (row[each] for each in parties)
    return {"exporter": exporter, "importer": importer, "code": row["code"], "period": row["period"]}


def over(part, whole):
    """A quotient, if it has a meaning."""
    return None if part is None or whole is None or whole <= 0 else part / whole


def less(one, other):
    return None if one is None or other is None else one - other


def least(*values):
    return None if None in values else min(values)


def most_of_zero(value):
    return None if value is None else max(value, 0.0)


def grown(value, base):
    if value is None or base is None or (base == 0 and value == 0):
        return None
    return math.inf if base == 0 else value / base - 1


def doubts(**told: Told) -> Row:
    found = {f"{name}_holes": each.holes for name, each in told.items()}
    return found | {f"{name}_confidential": each.confidential for name, each in told.items()}


def prepared(trade, shares, digits, detail=6, parties=(), codes=()) -> list[Row]:
    """Monthly rows of one level and of single partners, carried by `shares` of Share rows."""
    ways = defaultdict(list)
    for share in shares:
        if share.rule != "wide":  # what could have been anything has no past
            ways[share.edition, share.code].append((share.target_code, share.weight))
    found = defaultdict(list)
    for row in trade:
        if row["frequency"] != "M" or row["partner"] == "W1" or len(row["code"]) != detail:
            continue
        if row["code"] == "TOTAL" or (parties and not {row["reporter"], row["partner"]} <= set(parties)):
            continue
        for code, weight in ways[row["edition"], row["code"]]:
            if codes and not code.startswith(tuple(codes)):
                continue
            kept = ("source", "reporter", "partner", "second_partner", "flow", "frequency", "period")
            key = tuple((name, row[name]) for name in (*kept, "currency", "unit", "basis", "valuation"))
            found[(*key, ("edition", "HS2017"), ("code", code[:digits]))].append((row, weight))
    return [dict(key) | {name: weighted(rows, name) for name in REPORTED} for key, rows in found.items()]


def weighted(rows: list[tuple[Row, float]], name: str):
    """A sum, not known if a part of it is not."""
    return total([None if row[name] is None else row[name] * weight for row, weight in rows])


def legs(stats: Statistics, exported: str, imported: str, basis: str = "origin") -> list[Row]:
    """Both legs of all flows that anybody reported."""
    sides = {"exported": (exported, "export", "exporter"), "imported": (imported, "import", "importer")}
    cells = defaultdict(lambda: {"exported": [], "imported": []})
    for row in stats.rows:
        for side, (source, flow, _) in sides.items():
            mine = row["source"] == source and row["flow"] == flow
            if mine and (flow == "export" or row["basis"] == basis):
                cells[tuple(named(row).items())][side].append(row)
    found = []
    for key, rows in cells.items():
        cell = dict(key)
        for side, (source, flow, party) in sides.items():
            there = (source, cell[party], flow, "M", cell["period"]) in stats.published or bool(rows[side])
            for suffix, name in (("", "value"), ("_kg", "mass_kg")):
                told = total([row[name] for row in rows[side]])
                cell[f"{side}{suffix}"] = float(told) if there and told is not None else None
            cell[f"{side}_published"] = there
        found.append(cell)
    return found


def mirror_gap(cells: list[Row], base: list[date]) -> list[Row]:
    """Gaps of legs, scored against each pair's own past."""
    past = defaultdict(list)
    found = []
    for cell in cells:
        sent, got = cell["exported"], cell["imported"]
        gap = less(sent, got)
        log = math.log(sent / got) if sent and got else None
        found.append(cell | {"gap": gap, "gap_share": over(gap, sent), "gap_log": log})
        if log is not None and cell["period"] in base:
            past[cell["exporter"], cell["importer"], cell["code"]].append(log)
    for cell in found:
        logs = past[cell["exporter"], cell["importer"], cell["code"]]
        cell["base_mean"] = mean(logs) if logs else None
        cell["base_spread"] = stdev(logs) if len(logs) > 1 else None
        cell["base_periods"] = len(logs)
        cell["change"] = less(cell["gap_log"], cell["base_mean"]) if len(logs) >= 3 else None
        spread = max(cell["base_spread"] or 0, 0.05)
        cell["score"] = None if cell["change"] is None else cell["change"] / spread
    return found


def widest_pairs(gaps: list[Row], now: list[date], by: str, top: int) -> list[Row]:
    """The pairs whose widest gap within a span is among the widest."""
    most: dict[tuple, float] = {}
    periods = {}
    for gap in gaps:
        pair = gap["exporter"], gap["importer"], gap["code"]
        periods[pair] = gap["base_periods"]
        if gap["period"] in now and gap[by] is not None:
            most[pair] = max(gap[by], most.get(pair, -math.inf))
    widest = sorted(most, key=lambda pair: (-most[pair], pair))[:top]
    names = ("exporter", "importer", "code", by, "base_periods")
    return [dict(zip(names, (*pair, most[pair], periods[pair]), strict=True)) for pair in widest]


def growth(stats: Statistics, ask: Ask, base: list[date], by: tuple) -> list[Row]:
    before = Ask(**vars(ask) | {"periods": base})
    found = []
    for group in stats.groups((ask, before), by):
        now, then = stats.told(ask, **group), stats.told(before, **group)
        figures = {
            "value": now.value, "base": then.value, "change": less(now.value, then.value),
            "growth": grown(now.value, then.value), "value_at_least": now.known,
            "base_at_least": then.known, "growth_at_least": grown(now.known, then.value),
        }  # fmt: skip
        found.append(group | figures | doubts(value=now, base=then))
    return found


def holes(stats: Statistics, source, reporters, flows, periods) -> list[Row]:
    cells = product(reporters, flows, periods)
    missing = [each for each in cells if (source, each[0], each[1], "M", each[2]) not in stats.published]
    names = ("source", "reporter", "flow", "frequency", "period")
    return [dict(zip(names, (source, who, flow, "M", when), strict=True)) for who, flow, when in missing]


def series(stats: Statistics, ask: Ask, by: tuple, codes=()) -> list[Row]:
    groups = stats.groups((ask,), by)
    groups += [{"code": code} for code in codes if {"code": code} not in groups]
    found = []
    for group, period in product(groups, ask.periods):
        told = stats.told(ask, **group, period=period)
        value = told.value
        figures = {"value": value, "asinh": None if value is None else math.asinh(value)}
        figures |= {"at_least": told.known, "holes": told.holes, "confidential": told.confidential}
        found.append(group | {"period": period} | figures)
    return found


def panel(stats: Statistics, ask: Ask, treated, codes) -> list[Row]:
    rows = series(stats, ask, ("code",), sorted({*treated, *codes}))
    return [row | {"treated": row["code"] in treated} for row in rows]


def reexports(stats: Statistics, asks: dict[str, Ask], inbound, outbound, shown, window) -> list[Row]:
    """`asks` of all periods, the first window's too; `shown` those of the span."""
    when = next(iter(asks.values())).periods
    found = []
    for group in stats.groups(asks.values(), ("code",)):
        told = {name: [stats.told(ask, **group, period=each) for each in when] for name, ask in asks.items()}
        for at, period in enumerate(when):
            if period not in shown:
                continue
            now = {name: each[at] for name, each in told.items()}
            row = (
                group | {"period": period} | {name: each.value for name, each in now.items()} | doubts(**now)
            )
            last = slice(max(at - window + 1, 0), at + 1)
            found.append(row | passage(told[f"inbound_{inbound}"][last], told[f"outbound_{outbound}"][last]))
    return found


def total(values: list):
    return None if None in values else sum(values)


def passage(inbound: list[Told], outbound: list[Told]) -> Row:
    came, went = (total([each.value for each in leg]) for leg in (inbound, outbound))
    kg_in, kg_out = (total([each.mass for each in leg]) for leg in (inbound, outbound))
    prices = []
    for value, leg in ((came, inbound), (went, outbound)):
        price = over(sum(each.weighed for each in leg), sum(each.weighed_kg for each in leg))
        prices.append(None if value is None else price)
    again = least(came, went)
    return {
        "inbound": came, "outbound": went, "reexports": again, "retained": less(came, again),
        "pass_through": over(again, came), "inbound_kg": kg_in, "outbound_kg": kg_out,
        "weight_ratio": over(kg_out, kg_in), "inbound_unit_value": prices[0],
        "outbound_unit_value": prices[1], "wedge": over(prices[1], prices[0]),
    }  # fmt: skip


def quantities(stats: Statistics, inbound: Ask, outbound: Ask) -> list[Row]:
    legs = {"inbound": inbound, "outbound": outbound}
    rows = {leg: stats.matching(ask) for leg, ask in legs.items()}
    found = []
    for code, unit in sorted({(r["code"], r["unit"]) for leg in rows.values() for r in leg}, key=str):
        mine = {
            leg: [r["quantity"] for r in rows[leg] if (r["code"], r["unit"]) == (code, unit)] for leg in legs
        }
        amounts = {leg: total(each) if each else None for leg, each in mine.items()}
        reason = None
        for leg in ("outbound", "inbound"):
            reason = reason if mine[leg] else f"no {leg} row states this unit"
        reason = reason if unit else "no unit is stated"
        gaps = {f"{leg}_holes": stats.told(ask, code=code).holes for leg, ask in legs.items()}
        whole = not any(gaps.values()) and not reason
        ratio = over(amounts["outbound"], amounts["inbound"]) if whole else None
        counts = {f"{leg}_rows": len(each) for leg, each in mine.items()}
        known = {"code": code, "unit": unit, "quantity_ratio": ratio, "reason": reason}
        found.append(known | amounts | counts | gaps)
    return found


def surges(stats: Statistics, asks: dict[str, Ask], line: dict) -> list[Row]:
    """`asks` by inbound_earlier, inbound_later, outbound_earlier, outbound_later."""
    found = []
    for group in stats.groups(asks.values(), ("code",)):
        row = dict(group)
        for name, ask in asks.items():
            row |= {f"{name}{suffix}": each for suffix, each in per_year(stats, ask, group).items()}
        for leg in ("inbound", "outbound"):
            after, before = (row[f"{leg}_{when}"] for when in ("later", "earlier"))
            known = after is not None and before is not None
            row[f"{leg}_surge"] = (after + line["constant"]) / (before + line["constant"]) if known else None
        row["surge"] = every(
            *(tested(row[f"{leg}_surge"], line["growth"], True) for leg in ("inbound", "outbound")),
            *(tested(row[f"{leg}_later"], line[leg], False) for leg in ("inbound", "outbound")),
        )
        found.append(row)
    return found


def per_year(stats: Statistics, ask: Ask, group: Row) -> Row:
    """The mean of each reporter's published months, times twelve, over reporters."""
    total_mean, lacking, silent, confidential = 0.0, 0, 0, 0
    for reporter in ask.reporters:
        mine = Ask(**vars(ask) | {"reporters": (reporter,)})
        told = stats.told(mine, **group)
        there = len(ask.periods) - told.holes
        total_mean += 12 * told.known / there if there else 0
        lacking, silent = lacking + told.holes, silent + (there == 0)
        confidential += told.confidential
    known = not silent and not confidential
    gone = {"_holes": lacking, "_silent": silent, "_confidential": confidential}
    return {"": total_mean if known else None} | gone


def tested(value, bound, equal_too):
    return None if value is None else value > bound or (equal_too and value == bound)


def every(*tests):
    """All of them: no if one is no, unknown if one is unknown."""
    return False if False in tests else None if None in tests else True


def anomalous(stats, ask, base, least_value, least_growth, six: Statistics | None = None) -> list[Row]:
    before = Ask(**vars(ask) | {"periods": base})
    used = {row["code"] for row in stats.matching(Ask(ask.source, ask.flow, (), (), base, ask.basis))}
    there_at_six = six.groups((ask, before), ("exporter", "importer", "code")) if six else []
    found = []
    for group in stats.groups((ask, before), ("exporter", "importer", "code")):
        now, then = stats.told(ask, **group), stats.told(before, **group)
        digits, pair = len(group["code"]), (now.value, then.value)
        shorter = group | {"code": group["code"][:6]}
        if group["code"] not in used and shorter in there_at_six:
            digits, pair = 6, (six.told(ask, **shorter).value, six.told(before, **shorter).value)
        rate = grown(*pair)
        known = {"value": now.value, "base": then.value, "value_at_least": now.known}
        compared = {"digits": digits, "compared": pair[0], "compared_base": pair[1], "growth": rate}
        verdict = {"verdict": judged(now.value, pair, rate, least_value, least_growth)}
        found.append(group | known | doubts(value=now, base=then) | compared | verdict)
    return found


def judged(value, pair, rate, least_value, least_growth) -> str:
    if value is not None and value <= least_value:
        return "small"
    if value is None or None in pair:
        return "unknown"
    return "anomalous" if rate is not None and rate > least_growth else "ordinary"


def anomalous_share(markets: list[Row]) -> list[Row]:
    flagged = [row for row in markets if row["verdict"] == "anomalous"]
    all_value, value = (sum(row["value_at_least"] for row in rows) for rows in (markets, flagged))
    numbers = {"markets": len(markets), "anomalous": len(flagged)}
    numbers["unknown"] = sum(row["verdict"] == "unknown" for row in markets)
    numbers["with_holes"] = sum(row["value_holes"] + row["base_holes"] > 0 for row in markets)
    share = over(value, all_value)
    return [numbers | {"value": all_value, "anomalous_value": float(value), "share": share}]


def two(stats: Statistics, one: Ask, other: Ask, by: tuple, names: tuple[str, str]) -> list[Row]:
    """Two accounts of the same, with their difference."""
    found = []
    for group in stats.groups((one, other), by):
        told = dict(zip(names, (stats.told(one, **group), stats.told(other, **group)), strict=True))
        values = {name: each.value for name, each in told.items()}
        found.append(group | values | {"difference": less(*values.values())} | doubts(**told))
    return found


def origin_consignment(stats: Statistics, one: Ask, other: Ask, by: tuple) -> list[Row]:
    found = two(stats, one, other, by, ("by_origin", "by_consignment"))
    for row in found:
        both = (row["by_origin"], row["by_consignment"])
        row["share"] = None if None in both else over(row["difference"], max(both))
    return found


def disagreement(stats: Statistics, one: Ask, other: Ask, by: tuple) -> list[Row]:
    found = two(stats, one, other, by, ("first", "second"))
    return [row | {"ratio": over(row["first"], row["second"])} for row in found]


def lost_in_transit(stats: Statistics, asks: dict[str, Ask], by: tuple) -> list[Row]:
    """`asks` by exported, imported, exported_base, imported_base."""
    found = []
    for group in stats.groups(asks.values(), by):
        told = {name: stats.told(ask, **group) for name, ask in asks.items()}
        value = {name: each.value for name, each in told.items()}
        more = less(value["exported"], value["exported_base"])
        gone = less(more, less(value["imported"], value["imported_base"]))
        figures = {"additional": more, "unrecorded": gone, "share": over(gone, more)}
        found.append(group | value | doubts(**told) | figures)
    return found


def substitution(stats: Statistics, asks: dict[str, Ask], by: tuple) -> list[Row]:
    """`asks` by direct, inward, onward and the same with _base."""
    found = []
    for group in stats.groups(asks.values(), by):
        told = {name: stats.told(ask, **group) for name, ask in asks.items()}
        value = {name: each.value for name, each in told.items()}
        change = {name: less(value[name], value[f"{name}_base"]) for name in ("direct", "inward", "onward")}
        lost = None if change["direct"] is None else max(-change["direct"], 0.0)
        gained = {f"gained_{name}": most_of_zero(change[name]) for name in ("inward", "onward")}
        replaced = least(lost, *gained.values())
        figures = {"lost": lost, "replaced": replaced, "share": over(replaced, lost)} | gained
        found.append(group | value | doubts(**told) | figures)
    return found


def concentration(stats: Statistics, ask: Ask, across: str, by: tuple, top: int) -> list[Row]:
    values = defaultdict(list)
    for group in stats.groups((ask,), (*by, across)):
        told = stats.told(ask, **group)
        values[tuple((name, group[name]) for name in by)].append(told.known)
    found = []
    for key, parts in values.items():
        whole, number = sum(parts), sum(part > 0 for part in parts)
        told = stats.told(ask, **dict(key))
        index = sum((part / whole) ** 2 for part in parts) if whole else None
        normal = None if number < 2 else (index - 1 / number) / (1 - 1 / number)
        first = sum(sorted(parts, reverse=True)[:top])
        figures = {
            "known": whole, "number": number, "hhi": index, "hhi_normalised": normal,
            "equivalent": over(1, index), "top_share": over(first, whole),
            "holes": told.holes, "confidential": told.confidential,
        }  # fmt: skip
        found.append(dict(key) | figures)
    return found
