"""A plan of supply, as HTML: its cost, what is built, shares before and after, the frontier, the ways."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from sarai.corridors import Network
from sarai.minerals.diversify import Chosen, Plan
from sarai.server.pages import forms, minerals_said
from sarai.server.pages import minerals_diversify_drawn as drawn
from sarai.server.pages import minerals_supposed_said as said
from sarai.server.pages.forms import Column
from sarai.server.pages.look.markup import Content, badge, panel, tag, tile, tiles
from sarai.server.pages.minerals_diversify_costs import FAMILIES, FIRST, costs, musd, ways
from sarai.server.words import Words
from sarai.telling.minerals_diversify import MUSD, Rung, Shift, Told

__all__ = ["FAMILIES", "KIND_NAMES", "WHY", "body"]

LEAST_SHOWN = 0.0005  # of a share
KIND_NAMES = {
    "mine": "mine", "plant": "plant", "recycling": "recycling", "stockpile": "stockpile",
    "venture": "joint venture",
}  # fmt: skip
WHY = {"no plan": "Levels that no plan keeps", "not found in time": "Levels without a plan found in time"}


def body(found: Told, network: Network, words: Words) -> Markup:
    """All that was found."""
    plan = found.plan
    parts: list[Content] = [_totals(found, plan, words) if plan else _nothing(found, words),
                            _frontier(found, words)]  # fmt: skip
    if plan:
        parts += [_chosen(plan, words), _shares(found, plan, words), costs(found, words),
                  ways(found, network, words)]  # fmt: skip
    parts.append(_assumed(found, words))
    return tag("div", *parts, class_="supposed")


def _totals(found: Told, plan: Plan, words: Words) -> Markup:
    last = max(plan.years, key=lambda each: (each.year, each.greatest_share))
    rule = found.rules_cost_usd.get("share")
    made = [
        tile(words("Cost, million USD"), musd(plan.cost_usd, words),
             note=words("{first} to {last}, discounted", first=str(found.years[0]),
                        last=str(found.years[-1]))),
        tile(words("Most from one country"), words.percent(last.greatest_share, 1),
             note=f"{said.country(last.greatest, words)}, {last.year}" if last.greatest else str(last.year)),
        tile(words("Constraints recomputed"), words.number(found.checks),
             note=words("none broken") if not found.broken else
             words("{count} broken", count=str(found.broken)), severity="critical" if found.broken else ""),
    ]  # fmt: skip
    if rule is not None:
        made.insert(1, tile(words("The rule of shares costs, million USD"), musd(rule, words)))
    return panel(words("The plan"), _asked(found, words), tiles(made), _proven(plan, words))


def _asked(found: Told, words: Words) -> Markup:
    said_ = words("{material} for {importer}: at most {share} from any one country from {by} on",
                  material=minerals_said.material(found.material, words),
                  importer=said.country(found.importer, words), share=words.percent(found.rules.share, 1),
                  by=str(found.rules.by))  # fmt: skip
    return tag("p", tag("strong", said_))


def _proven(plan: Plan, words: Words) -> Markup:
    """How far above the least the plan may be."""
    if plan.gap < 1e-6:
        return tag("p", words("Proven: no plan that keeps the rules costs less."), class_="quiet said")
    text = words("Not proven best in time: at most {gap} of the cost above the least.",
                 gap=words.percent(plan.gap, 3))  # fmt: skip
    return tag("p", badge(words, "notice"), " ", text)


def _nothing(found: Told, words: Words) -> Markup:
    """Where no plan keeps all the rules: what would do."""
    rows = [tag("li", "; ".join(said.notes(each.gives, words))) for each in found.relaxations]
    if not rows:
        lead = words("Nothing that a rule gives; more suppliers or projects are needed.")
    elif all(each.alone for each in found.relaxations):
        lead = words("Each of these alone would do, and by no less:")
    else:
        lead = words("No rule alone could give enough; all of this together would do:")
    return panel(
        words("No plan keeps all the rules"), _asked(found, words),
        tag("p", badge(words, "critical"), " ", lead), tag("ul", *rows, class_="plain"), severity="critical",
    )  # fmt: skip


# -- the frontier ----------------------------------------------------------------------------------


def _frontier(found: Told, words: Words) -> Markup:
    by_share = found.frontier_by == "share"
    columns = [
        Column(words("At most from one country") if by_share else words("At most, risk"), numeric=True),
        Column(words("Million USD"), numeric=True), Column(words("Beyond the cheapest"), numeric=True),
        Column(words("Greatest share"), numeric=True), Column(words("Risk"), numeric=True),
        Column(words("Projects")),
    ]  # fmt: skip
    known = [each for each in found.frontier if each.cost_usd is not None]
    least = min((each.cost_usd or 0.0 for each in known), default=0.0)
    rows = [_rung(each, found, least, words) for each in known]
    note = words(
        "Each row is a plan of its own that keeps all other rules; the level that is asked is marked."
    )
    parts: list[Content] = [drawn.frontier(found, words)] if len(known) > 1 else []
    if known:
        parts.append(forms.table(columns, rows, caption=words("What each level costs")))
    parts += [_without(found, why, words) for why in WHY]
    return panel(words("The frontier"), *parts, tag("p", note, class_="quiet said") if known else "")


def _rung(each: Rung, found: Told, least: float, words: Words) -> list[Content]:
    asked = found.rules.share if found.frontier_by == "share" else found.rules.risk
    mark = Markup(" ") + badge(words, "notice", words("asked")) if each.level == asked else ""
    cost = each.cost_usd or 0.0
    return [
        tag("span", _level(each, found, words), mark), musd(cost, words), musd(cost - least, words),
        words.percent(each.greatest_share or 0.0, 1), words.number(each.greatest_risk or 0.0, 2),
        ", ".join(each.projects) or "–",
    ]  # fmt: skip


def _level(each: Rung, found: Told, words: Words) -> str:
    return words.percent(each.level) if found.frontier_by == "share" else words.number(each.level, 2)


def _without(found: Told, why: str, words: Words) -> Content:
    """Levels that have no plan, for one reason."""
    levels = [
        _level(each, found, words) for each in found.frontier if each.cost_usd is None and each.why == why
    ]
    return tag("p", f"{words(WHY[why])}: {', '.join(levels)}", class_="said") if levels else ""


# -- the plan --------------------------------------------------------------------------------------


def _chosen(plan: Plan, words: Words) -> Markup:
    title = words("What is built")
    if not plan.chosen:
        return panel(title, tag("p", words("Nothing: suppliers are enough.")))
    columns = [
        Column(words("Project"), leads=True), Column(words("Country")), Column(words("Kind")),
        Column(words("Decided"), numeric=True), Column(words("In operation"), numeric=True),
        Column(words("Importer pays, million USD"), numeric=True), Column(words("Source")),
    ]  # fmt: skip
    return panel(title, forms.table(columns, [_project(each, words) for each in plan.chosen], caption=title))


def _project(each: Chosen, words: Words) -> list[Content]:
    name = tag("span", each.name or each.code, tag("span", each.code, class_="quiet", style="display:block"))
    return [name, said.country(each.country, words), words(KIND_NAMES[each.kind]), str(each.decided),
            str(each.there), musd(each.paid_musd * MUSD, words), each.source]  # fmt: skip


def _shares(found: Told, plan: Plan, words: Words) -> Markup:
    """Shares before and after, and tonnes by year, for each need."""
    title = words("Who supplies")
    needs = list(dict.fromkeys((each.material, each.stage) for each in plan.years))
    parts: list[Content] = []
    for need in needs:
        shifts = [each for each in found.shifts if (each.material, each.stage) == need]
        parts += [drawn.tonnes(plan, need, words), *_before_and_after(shifts, found, words)]
    line = words("The line stands at {share}; own countries may be beyond it.",
                 share=words.percent(found.rules.share, 1))  # fmt: skip
    return panel(title, *parts, tag("p", line, class_="quiet said"))


def _before_and_after(shifts: list[Shift], found: Told, words: Words) -> Iterator[Markup]:
    if not shifts:
        return
    last = str(found.years[-1])
    title = words("Shares before and after: {stage}", stage=minerals_said.stage(shifts[0].stage, words))
    columns = [
        Column(words("Country"), leads=True), Column(words("Today"), numeric=True),
        Column(last, numeric=True),
    ]  # fmt: skip
    rows = [
        [
            said.country(each.country, words),
            *(_bar(share, found, words) for share in (each.before, each.after)),
        ]
        for each in shifts
        if max(each.before, each.after) >= LEAST_SHOWN
    ]
    yield tag("h3", title)
    yield forms.folded(columns, rows, words, caption=title, first=FIRST)


def _bar(share: float, found: Told, words: Words) -> Markup:
    """A share as a bar beside the line that is asked."""
    over = share > found.rules.share + LEAST_SHOWN
    bar = tag("i", style=f"width:{100 * min(1.0, max(0.0, share)):.2f}%", class_="over" if over else None)
    line = tag("b", style=f"left:{100 * found.rules.share:.2f}%")
    return tag("span", tag("span", bar, line, class_="share-bar", aria_hidden="true"),
               words.percent(share, 1), class_="share-cell")  # fmt: skip


# -- what is assumed -------------------------------------------------------------------------------


def _assumed(found: Told, words: Words) -> Markup:
    rows = [tag("li", text) for text in said.notes(found.words, words)]
    rows += [
        tag("li", text)
        for text in (
            words("Today's tonnes cost the importer's mean; beyond today a seller gives up to a quarter of "
                  "what it sells to others, a fifth dearer (assumed)."),
            words("Costs and lead times of projects that name no announcement, prices without trade and "
                  "stockpiles are assumed; so costs are to be read as differences."),
        )
    ]  # fmt: skip
    return panel(words("What is assumed"), tag("ul", *rows, class_="plain"))
