"""How well a description tells its code, on texts that the model has not read, beside two baselines.

The model reads the nomenclature of HS 2022 in the wording of UN Comtrade. It is asked about

- the texts of the EU's Combined Nomenclature as Eurostat words them (codes under sanctions, of 2021);
- the legal texts of HS 2012, heading and subheading one after the other;
- the goods of sample declarations to the British customs, as people typed them (some are nonsense:
  "MOU Bulk", "Consigned from Canada").

The headings of the first two are divided by chance: the model's settings were chosen on one half, and only
the other half is asked here. The third was seen while they were chosen, but is too small to choose by.

For the flag, each text is declared truly under its own code; and each text of a code of the Common High
Priority List also falsely, under a code of the same chapter that is not on it, drawn by chance. These
are few, so the half on which the settings were chosen is shown too, under its own name.
"""

from __future__ import annotations

import csv
import re
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import openpyxl
from lxml import etree
from rapidfuzz import fuzz, process

from benchmarks.report import Report
from sarai.reference import hs, priority
from sarai.screening.controls import DescriptionModel, Judgement

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
NOMENCLATURE = SHARED / "reference" / "hs2022.csv"
RESAMPLES = 2_000
DIGITS = (6, 4, 2)
FIRST = (1, 5)
QUICK = 8  # one text in so many is asked
PERIOD = re.compile(r"\(\d{4}-\d{4}\);?")  # Eurostat appends earlier wordings, each with its years
FALSE_IN = (100, 1_000)  # lines one is falsely declared; nobody knows the true share
OURS, TOKENS, OVERLAP = "ours", "rapidfuzz token_set_ratio", "words in common"


class Text(NamedTuple):
    """A description and the HS 2022 code that it truly belongs under."""

    description: str
    code: str

    @property
    def controlled(self) -> bool:
        """Whether the Common High Priority List has the code."""
        return priority.tier(self.code) is not None


Ranker = Callable[[str], list[str]]  # a description's five likeliest codes


def run(directory: Path, quick: bool) -> Report:
    """Ask about all texts (quick: the codes of one in eight, but all flags, which are rare)."""
    report = Report("Descriptions and codes")
    began = time.perf_counter()
    model = DescriptionModel.of_nomenclature(NOMENCLATURE)
    report.add("model", "built in", [time.perf_counter() - began], "s")
    model.save(directory / "model.npz")
    report.add("model", "file", [(directory / "model.npz").stat().st_size / 1e6], "MB")
    rankers = {OURS: _ours(model), TOKENS: _by_tokens(), OVERLAP: _by_overlap()}
    step = QUICK if quick else 1
    for case, texts in _held_out().items():
        _accuracy(case, texts[::step], rankers, report)
    worded = [*eurostat(), *legal()]
    _flags("flag", [text for text in worded if _asked(text)], model, report)
    _flags("flag, on the other half", [text for text in worded if not _asked(text)], model, report)
    return report


def _held_out() -> dict[str, list[Text]]:
    return {
        "EU texts": [text for text in eurostat() if _asked(text)],
        "legal texts of HS 2012": [text for text in legal() if _asked(text)],
        "sample declarations": list(declarations()),
    }


def _asked(text: Text) -> bool:
    """Whether the text's heading is of the half on which nothing was chosen."""
    return zlib.crc32(text.code[:4].encode()) % 2 == 1


def eurostat() -> Iterator[Text]:
    """Codes of the Combined Nomenclature of 2021 with Eurostat's texts."""
    path = SHARED / "trade" / "eurostat_cn8_monthly" / "export_sanctions_codes.csv"
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if code := _carried(row["code"][:6], "HS2017"):
                yield Text(PERIOD.split(row["product"])[0], code)


def legal() -> Iterator[Text]:
    """Subheadings of HS 2012, each behind the text of its heading."""
    path = SHARED / "reference" / "hs_concordance" / "HS2012.xlsx"
    sheet = openpyxl.load_workbook(path, read_only=True).worksheets[0]
    rows = [(row[0], row[1].partition(" - ")[2]) for row in sheet.iter_rows(values_only=True, min_row=3)]
    texts = dict(rows)
    for code, text in rows:
        if len(code) == 6 and (carried := _carried(code, "HS2012")):
            yield Text(f"{texts[code[:4]]} {text.lstrip('- ')}", carried)


def declarations() -> Iterator[Text]:
    """Goods items of sample declarations that have a description and a code that exists."""
    found = set()
    for path in sorted((SHARED / "tracking" / "wco_dm" / "samples").rglob("*.xml")):
        try:
            tree = etree.parse(path)
        except etree.XMLSyntaxError:
            continue  # some samples are broken on purpose
        for commodity in tree.iter("{*}Commodity"):
            description = " ".join((commodity.findtext("{*}Description") or "").split())
            code = _tariff_code(commodity)[:6]
            if description and not description.startswith("tt") and hs.exists("HS2022", code):
                found.add(Text(description, code))
    yield from sorted(found)


def _tariff_code(commodity: etree._Element) -> str:
    for each in commodity.iter("{*}Classification"):
        if each.findtext("{*}IdentificationTypeCode") == "TSP":
            return each.findtext("{*}ID") or ""
    return ""


def _carried(code: str, edition: str) -> str:
    """The code's one successor in HS 2022; none if it has several, but for waste."""
    found = hs.convert(code, edition, "HS2022")
    useful = [each for each in found if not each.startswith("8549")]
    return code if code in found else useful[0] if len(useful) == 1 else ""


def _ours(model: DescriptionModel) -> Ranker:
    return lambda text: [code for code, _ in model.likely(text)[: max(FIRST)]]


def _by_tokens() -> Ranker:
    texts = {code: text.casefold() for code, text in _subheadings()}
    return lambda text: [
        code
        for *_, code in process.extract(text.casefold(), texts, scorer=fuzz.token_set_ratio, limit=max(FIRST))
    ]


def _by_overlap() -> Ranker:
    texts = [(code, _tokens(text)) for code, text in _subheadings()]

    def rank(text: str) -> list[str]:
        spoken = _tokens(text)
        best = sorted(texts, key=lambda each: -len(spoken & each[1]) / len(spoken | each[1]))
        return [code for code, _ in best[: max(FIRST)]]

    return rank


def _subheadings() -> list[tuple[str, str]]:
    return [each for each in hs.read_nomenclature(NOMENCLATURE).items() if hs.exists("HS2022", each[0])]


def _tokens(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.casefold()))


def _accuracy(case: str, texts: Sequence[Text], rankers: dict[str, Ranker], report: Report) -> None:
    report.add(case, "texts", [len(texts)], "")
    for name, rank in rankers.items():
        answers = [rank(text.description) for text in texts]
        for first in FIRST:
            for digits in DIGITS:
                right = [
                    text.code[:digits] in {code[:digits] for code in answer[:first]}
                    for text, answer in zip(texts, answers, strict=True)
                ]
                report.add(case, f"{name}: top {first} at {digits} digits", _resampled(right), "")


def _resampled(right: Sequence[bool]) -> list[float]:
    """The share that is right, between what one resample in twenty falls short of and one exceeds."""
    return _between(_draws(right), sum(right) / len(right))


def _draws(right: Sequence[bool]) -> NDArray[np.float64]:
    """The share in resamples with replacement: how far chance would carry it."""
    return np.random.default_rng(1).binomial(len(right), sum(right) / len(right), RESAMPLES) / len(right)


def _between(draws: NDArray[np.float64], value: float) -> list[float]:
    return [float(np.quantile(draws, 0.05)), value, float(np.quantile(draws, 0.95))]


def _flags(case: str, texts: Sequence[Text], model: DescriptionModel, report: Report) -> None:
    random = Random(1)
    true = [_flagged(model, text, text.code) for text in texts if not text.controlled]
    false = [_flagged(model, text, _other(text, model, random)) for text in texts if text.controlled]
    report.add(case, "truly declared", [len(true)], "")
    report.add(case, "falsely declared", [len(false)], "")
    report.add(case, "falsely declared and flagged (recall)", _resampled(false), "")
    report.add(case, "truly declared and flagged (false alerts)", _resampled(true), "")
    for lines in FALSE_IN:
        shares = [sum(flags) / len(flags) for flags in (false, true)]
        precision = _between(
            _precision(*map(_draws, (false, true)), lines), float(_precision(*shares, lines))
        )
        report.add(case, f"precision if one line in {lines:,} is false", precision, "")


def _precision(recall: ArrayLike, alerts: ArrayLike, lines: int) -> ArrayLike:
    """The share of flags that are right, if one line in so many is falsely declared."""
    return recall / (recall + (lines - 1) * alerts + 1e-12)


def _flagged(model: DescriptionModel, text: Text, declared: str) -> bool:
    judgement: Judgement = model.judge(text.description, declared)
    return judgement.flagged


def _other(text: Text, model: DescriptionModel, random: Random) -> str:
    return random.choice(_unlisted(model.codes, text.code[:2]))


def _unlisted(codes: Iterable[str], chapter: str) -> list[str]:
    return [code for code in codes if code.startswith(chapter) and priority.tier(code) is None]
