"""The report: whole without data, the same bytes, nothing from elsewhere, holes said, readable by all."""

from __future__ import annotations

import re
import shutil
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest
from lxml import html
from msgspec.structs import replace

from flows import report_examples as examples
from sarai.flows import measures
from sarai.telling.charts import Words
from sarai.telling.flows_parts import formula
from sarai.telling.flows_report import Effect, Estimate, report_html
from sarai.telling.flows_sections import SECTIONS
from sarai.telling.flows_sentences import effect_said, sentences

CHROMIUM = shutil.which("chromium")
SIZES = {"desk": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}


@pytest.fixture(scope="module")
def full() -> str:
    return report_html(examples.FULL)


def section(text: str, name: str) -> str:
    """The words of a section."""
    return " ".join(html.fromstring(text).get_element_by_id(name).text_content().split())


def test_the_same_figures_give_the_same_bytes(full):
    assert report_html(examples.FULL) == full


def test_nothing_comes_from_elsewhere(full):
    tree = html.fromstring(full)
    links = [
        value for value in tree.xpath("//@href | //@src | //@action | //@data") if not value.startswith("#")
    ]
    assert links == []
    assert tree.xpath("//script | //link | //iframe | //object | //base") == []
    assert re.findall(r"https?://|@import|url\((?!#)", full) == []
    [policy] = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'")
    assert not tree.xpath("//@*[starts-with(name(), 'on')]")


def test_every_link_leads_somewhere_and_names_are_one_of_a_kind(full):
    tree = html.fromstring(full)
    names = tree.xpath("//@id")
    assert len(names) == len(set(names))
    targets = [value[1:] for value in tree.xpath("//@href")] + re.findall(r"url\(#([^)]+)\)", full)
    assert {*targets, *tree.xpath("//@aria-labelledby"), *tree.xpath("//@aria-describedby")} <= set(names)


def test_without_data_every_section_says_so():
    text = report_html(examples.EMPTY)
    for each in SECTIONS:
        assert "No data: " in section(text, each.name)
    assert "no source of imports is loaded" in section(text, "mirror")


def test_with_data_no_section_says_so(full):
    assert "No data" not in full
    assert all(section(full, each.name).startswith(each.title) for each in SECTIONS)


def test_a_hole_is_never_a_figure(full):
    rows = html.fromstring(full).xpath("//section[@id='mirror']/div//tr[td]")
    [hole] = [row for row in rows if row.findtext("td") == "PL"]
    said = {cell.get("data-label"): cell.text_content() for cell in hole.xpath("td")}
    assert said["sent"] == "3,000,000"
    assert {said[name] for name in ("recorded", "gap", "share", "log")} == {"not published"}
    [nothing_sent] = [row for row in rows if row.findtext("td") == "NL"]
    said = {cell.get("data-label"): cell.text_content() for cell in nothing_sent.xpath("td")}
    assert (said["sent"], said["share"]) == ("0", "not defined")


def test_sums_leave_out_what_one_side_did_not_publish():
    """84 + 28 + 0 + 5 sent; the 3 m that Poland sent have no counterpart."""
    [sums] = [said for said in sentences(examples.FULL) if said.startswith("Exporters report")]
    assert "USD 117 m sent where importers record USD 26.2 m" in sums
    assert "one row is left out" in sums


def test_an_effect_that_chance_gives_too_is_said_to_be_none():
    effect = examples.FULL.effects[0]
    assert "2.8 (95 % interval 1.9 to 3.7), p < 0.001" in effect_said(effect)
    assert "p = 0.58: this is no evidence of an effect" in effect_said(effect)
    assert "no evidence" not in effect_said(replace(effect, permutation_p=0.002))
    ppml = Effect(
        name="PPML", estimate=Estimate(value=0.6931), p=0.01, observations=1, clusters=1, ratio=True
    )
    assert "that is +100 %; no permutation test was made" in effect_said(ppml)


def test_what_traders_write_is_no_markup():
    bad = '<img src=x onerror="alert(1)">\u202e'
    chart = replace(examples.SANKEY, words=Words(title=bad, unit=bad, source=bad))
    report = replace(examples.EMPTY, title=bad, limits=(bad,), sankey=chart)
    text = report_html(report)
    assert html.fromstring(text).xpath("//img") == []
    assert "\u202e" not in text


@pytest.mark.parametrize("tex", [
    r"\frac{X - M}{X}, \qquad \ln X - \ln M",
    r"\text{sum} = \begin{cases} a & H = \varnothing \\ \text{null} & \text{else} \end{cases}",
    r"\operatorname{asinh} x = \ln(x + \sqrt{x^2 + 1})",
])  # fmt: skip
def test_formulas_are_set(tex):
    made = formula(tex, "f")
    assert made.xpath(".//svg//path") and not made.xpath(".//code")


def test_a_formula_that_cannot_be_set_is_shown_as_typed():
    assert formula(r"\unheardof{x}", "f").findtext("code") == r"\unheardof{x}"


def test_methods_of_the_measures_are_all_told():
    """Every measure that says what it is stands in the notes, with its formula set."""
    found = [import_module(f"{measures.__name__}.{each.name}") for each in iter_modules(measures.__path__)]
    methods = {module.METHOD.name: module.METHOD for module in found if hasattr(module, "METHOD")}
    assert methods
    text = report_html(replace(examples.EMPTY, methods=tuple(methods.values())))
    assert all(each.title in section(text, "methods") for each in methods.values())
    typed = html.fromstring(text).xpath("//section[@id='methods']//code/text()")
    assert typed == [], "mathtext can set them all"


# -- in a browser --------------------------------------------------------------------------------


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium here; .ci/run installs it")
@pytest.mark.xdist_group("browser")
def test_everybody_can_read_it(full, tmp_path: Path):
    """No fault of accessibility, no request, no sideways scrolling; light and large, dark and small."""
    sync_api = pytest.importorskip("playwright.sync_api")
    axe = pytest.importorskip("axe_core_python.sync_playwright")
    file = tmp_path / "report.html"
    file.write_text(full, encoding="utf-8")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for scheme in ("light", "dark"):
            for size in SIZES.values():
                context = browser.new_context(viewport=size, color_scheme=scheme, bypass_csp=True)
                assert faults(context.new_page(), file.as_uri(), axe.Axe()) == [], (scheme, size)
        browser.close()


def faults(page, url: str, axe) -> list[str]:
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text))
    page.on("request", lambda request: found.append(request.url) if request.url != url else None)
    page.goto(url)
    page.evaluate(
        "document.querySelectorAll('#mirror details, #map details').forEach(each => each.open = true)"
    )
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("it is wider than the window")
    for each in axe.run(page, options={"resultTypes": ["violations"]})["violations"]:
        found += [f"{each['id']}: {node['html'][:160]}" for node in each["nodes"][:3]]
    return found
