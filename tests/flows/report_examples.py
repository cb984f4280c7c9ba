"""A report of invented figures with something in every section, holes among them; and one with nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime

from msgspec.structs import replace

from flows import chart_examples as charts
from sarai.flows.measures.method import Method
from sarai.telling.charts import Lines
from sarai.telling.flows_report import (
    Disagreement,
    Effect,
    Estimate,
    FlowsReport,
    Lost,
    Market,
    MirrorGap,
    NotCompared,
    PassThrough,
    SourceUsed,
    SurgeLine,
    Trend,
)

MADE = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
QUESTION = "How much of what was sent to Kazakhstan never arrived there, and did it go on?"


def gap(
    exporter: str, code: str, sent: float | None, recorded: float | None, score: float | None
) -> MirrorGap:
    """A row of the table of gaps as the measure would give it."""
    known = sent is not None and recorded is not None
    return MirrorGap(
        exporter=exporter,
        importer="KZ",
        code=code,
        span="2022-01..2022-12",
        exported=sent,
        imported=recorded,
        gap=sent - recorded if known else None,
        gap_share=(sent - recorded) / sent if known and sent else None,
        gap_log=2.03 if known and sent else None,
        base_mean=None if score is None else 0.31,
        base_spread=None if score is None else 0.22,
        score=score,
    )


SANKEY = charts.SANKEY
COVERAGE = replace(
    charts.HEAT, columns=charts.HEAT.columns[18:36], cells=tuple(row[18:36] for row in charts.HEAT.cells)
)


def short(chart: Lines, panels: int) -> Lines:
    """The middle of a chart: enough to show holes and a break, and quick to look through."""
    return replace(
        chart,
        panels=tuple(
            replace(
                panel,
                series=tuple(
                    replace(
                        each,
                        first=date(2020, 7, 1),
                        values=each.values[18:48],
                        low=each.low[18:48],
                        high=each.high[18:48],
                    )
                    for each in panel.series
                ),
            )
            for panel in chart.panels[:panels]
        ),
    )


FULL = FlowsReport(
    title="Goods sent to Kazakhstan, 2019 to 2023",
    question=QUESTION,
    made=MADE,
    currency="USD",
    sources=(
        SourceUsed(
            name="comext",
            what="exports of Member States by CN8",
            vintage="2026-10",
            rows=1_204_331,
            basis="destination, f.o.b.",
        ),
        SourceUsed(
            name="comtrade",
            what="imports of Kazakhstan by HS6",
            vintage="2026-09",
            rows=88_120,
            basis="origin, c.i.f.",
        ),
    ),
    coverage=COVERAGE,
    compared=short(charts.LINES, 1),
    mirror=(
        gap("DE", "854231", 84e6, 11e6, 7.8),
        gap("LT", "847130", 28e6, 9e6, -2.2),
        gap("PL", "851762", 3e6, None, None),
        gap("NL", "880730", 0.0, 2e5, None),
        gap("IT", "848210", 5e6, 6e6, 0.4),
    ),
    lost=(
        Lost(importer="KZ", additional=31e6, unrecorded=14e6, share=14 / 31),
        Lost(importer="KG", additional=-2e6, unrecorded=None),
    ),
    passed=(
        PassThrough(
            transit="KZ",
            destination="RU",
            code="854231",
            inbound=11e6,
            outbound=18e6,
            pass_through=1.0,
            weight_ratio=0.94,
            wedge=1.7,
            retained=0.0,
        ),
        PassThrough(
            transit="KG",
            destination="RU",
            code="847130",
            inbound=4e6,
            outbound=3e6,
            pass_through=0.75,
            retained=1e6,
        ),
        PassThrough(
            transit="AM", destination="RU", code="851762", inbound=None, outbound=2e6, pass_through=None
        ),
    ),
    surges=(
        SurgeLine(
            code="854231",
            in_before=4e5,
            in_after=5e6,
            in_ratio=12.2,
            out_before=2.4e5,
            out_after=1.8e7,
            out_ratio=72.0,
            surged=True,
        ),
        SurgeLine(
            code="847130",
            in_before=4e6,
            in_after=5e6,
            in_ratio=1.25,
            out_before=2e6,
            out_after=1.8e6,
            out_ratio=0.9,
            surged=False,
        ),
        SurgeLine(
            code="851762",
            in_before=4e6,
            in_after=None,
            in_ratio=None,
            out_before=2e6,
            out_after=9e6,
            out_ratio=4.4,
            surged=None,
        ),
    ),
    markets=(
        Market(reporter="DE", partner="KZ", code="85423190", before=1.1e6, after=1.9e7, growth=16.3),
        Market(reporter="LT", partner="KG", code="84713000", before=0.0, after=1.2e7),
    ),
    trends=(
        Trend(
            name="all goods",
            broke=date(2022, 4, 1),
            broke_low=date(2022, 2, 1),
            broke_high=date(2022, 6, 1),
            broke_p=0.0004,
            slope=Estimate(value=-0.08, low=-0.21, high=0.06),
            decline_p=0.24,
        ),
        Trend(name="tier 4", broke_p=0.41),
    ),
    trends_drawn=short(charts.MULTIPLES, 3),
    effects=(
        Effect(
            name="asinh, two-way fixed effects",
            estimate=Estimate(value=2.8, low=1.9, high=3.7),
            p=0.0002,
            observations=48_224,
            clusters=812,
            permutation_p=0.58,
            permutations=999,
        ),
        Effect(
            name="PPML",
            estimate=Estimate(value=0.48, low=-0.04, high=1.0),
            p=0.07,
            observations=47_010,
            clusters=801,
            ratio=True,
        ),
    ),
    map=charts.MAP,
    sankey=SANKEY,
    methods=(
        Method(
            name="mirror",
            title="Mirror gap",
            formula=r"\text{share} = \frac{X - M}{X}, \qquad \text{log} = \ln X - \ln M",
            source="Fisman and Wei 2004, Journal of Political Economy 112(2)",
            unit="currency; ratio; log",
        ),
        Method(
            name="sums",
            title="Sums with holes",
            formula=r"s = \begin{cases} a & H = \varnothing \\ \text{null} & \text{else} \end{cases}",
            source="this room's own",
            unit="currency",
        ),
    ),
    limits=("Values are c.i.f. on one side and f.o.b. on the other.",),
    disagreements=(
        Disagreement(
            what="Germany to Kazakhstan, 854231, 2022",
            one="comext",
            one_value=84e6,
            other="baci",
            other_value=61e6,
        ),
    ),
    not_compared=(
        NotCompared(
            what="kg out by in of 880730", reason="one side states pieces (C62), the other kilograms (KGM)"
        ),
    ),
)

EMPTY = FlowsReport(
    title="Nothing yet",
    question=QUESTION,
    made=MADE,
    currency="USD",
    lacking={"mirror": "no source of imports is loaded; sarai flows load brings one"},
)
