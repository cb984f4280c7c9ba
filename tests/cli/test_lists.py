"""sarai lists: what is loaded, refused, in force and new."""

from __future__ import annotations

import json
import sys
import threading
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType

import pytest

from cli.conftest import Run
from sarai.screening.listed import ListedEntity, ListedName, Publication
from sarai.screening.lists import pull, reading
from sarai.screening.lists.reading import ListError, Reader


def read_lines(paths):
    """Lists as made up for these tests: a line of JSON for the list, and one for each name."""
    return [read_one(path) for path in paths]


def read_one(path: Path) -> Publication:
    head, *lines = path.read_text().splitlines()
    if lines[-1:] != ["end"]:
        raise ListError(f"{path} is cut; download it again")
    entities = (line.split(" ", 1) for line in lines[:-1])
    return Publication(
        publisher="X", sources=(path.name,), **json.loads(head),
        entities=tuple(ListedEntity(id=number, names=(ListedName(name),)) for number, name in entities),
    )  # fmt: skip


@pytest.fixture(autouse=True)
def made_up_reader(monkeypatch: pytest.MonkeyPatch):
    module = ModuleType("sarai.screening.lists.made_up")
    module.READER = Reader("made-up", "", lambda path, head: path.suffix == ".list", read_lines)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(reading, "MODULES", ("made_up",))
    monkeypatch.delenv("SARAI_LISTS", raising=False)


def write(path: Path, *names: str, end: str = "end", **head: object) -> Path:
    lines = [
        json.dumps({"list": "x", **head}),
        *(f"x-{name.split()[0].lower()} {name}" for name in names),
        end,
    ]
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(lines))
    return path


@pytest.fixture
def store(tmp_path: Path, run: Run) -> Path:
    """Two versions of a list: of 1 January and of 1 February."""
    path = tmp_path / "lists.db"
    for day, names in (
        ("2026-01-01", ["Alpha", "Beta", "Gamma"]),
        ("2026-02-01", ["Alpha", "Beta two", "Delta"]),
    ):
        ran = run("lists", "load", write(tmp_path / "a.list", *names, published=day), "--store", path)
        assert (ran.status, ran.err) == (0, "")
    return path


def test_load_says_what_is_new(run: Run, store: Path, tmp_path: Path):
    more = write(tmp_path / "b.list", "Alpha", "Delta", "Epsilon", published="2026-03-01")
    ran = run("lists", "load", more, "--store", store, "--json")
    assert ran.status == 0
    assert ran.json == {
        "loaded": [
            {"list": "x", "version": 3, "added": 1, "changed": 0, "removed": 1, "unchanged": 2,
             "repeated": False, "in_force": True}
        ],
        "refused": [], "passed_over": [], "stale": [],
    }  # fmt: skip
    again = run("lists", "load", more, "--store", store)
    assert (again.status, "repeated" in again.out) == (0, True)
    assert again.out.isascii()


def test_a_cut_list_is_loud_and_the_version_of_before_stays(run: Run, store: Path, tmp_path: Path):
    cut = write(tmp_path / "cut.list", "Alpha", end="Be", published="2026-04-01")
    good = write(tmp_path / "y.list", "Other", list="y")
    ran = run("lists", "load", cut, good, "--store", store, "--json")
    assert ran.status == 1
    assert f"{cut} is cut; download it again" in ran.err
    assert [each["list"] for each in ran.json["loaded"]] == ["y"]
    assert [each["path"] for each in ran.json["refused"]] == [str(cut)]
    shown = run("lists", "show", "--store", store, "--json").json
    assert [(each["list"], each["number"]) for each in shown["versions"]] == [("x", 2), ("y", 1)]


def test_a_list_that_shrinks_is_refused_until_it_is_accepted(run: Run, store: Path, tmp_path: Path):
    small = write(tmp_path / "a.list", "Alpha", published="2026-03-01")
    ran = run("lists", "load", small, "--store", store)
    assert (ran.status, ran.out.strip()) == (1, "")
    assert "--accept-shrinking" in ran.err
    assert run("lists", "load", small, "--store", store, "--accept-shrinking").status == 0


def test_a_directory_with_what_no_reader_knows(run: Run, tmp_path: Path):
    write(tmp_path / "in" / "a.list", "Alpha", published="2026-02-01")
    write(tmp_path / "in" / "b.list", "Alpha", "Beta", published="2026-01-01")
    (tmp_path / "in" / "notes.txt").write_text("nothing")
    ran = run("lists", "load", tmp_path / "in", "--store", tmp_path / "l.db", "--json")
    assert [each["version"] for each in ran.json["loaded"]] == [1, 2]
    assert [each["added"] for each in ran.json["loaded"]] == [2, 0]  # the older one first
    assert ran.json["passed_over"] == [str(tmp_path / "in" / "notes.txt")]
    assert "notes.txt" in run("lists", "load", tmp_path / "in", "--store", tmp_path / "l.db").out


def test_the_date_that_is_given_is_for_files_without_one(run: Run, tmp_path: Path):
    files = [
        write(tmp_path / "a.list", "A"),
        write(tmp_path / "b.list", "B", list="y", published="2026-02-01"),
    ]
    path = tmp_path / "l.db"
    run("lists", "load", *files, "--store", path, "--published", "2025-05-05")
    shown = run("lists", "show", "--store", path, "--json").json["versions"]
    assert {each["list"]: each["published"] for each in shown} == {"x": "2025-05-05", "y": "2026-02-01"}
    ran = run("lists", "load", files[0], "--store", path, "--published", "5 May")
    assert (ran.status, "5 May" in ran.err) == (2, True)


def test_an_older_version_says_that_it_is_not_in_force(run: Run, store: Path, tmp_path: Path):
    old = write(tmp_path / "a.list", "Alpha", "Zeta", published="2025-01-01")
    ran = run("lists", "load", old, "--store", store)
    assert ran.status == 0
    assert "not in force" in ran.out
    assert "Of x, a version of a later day is in force" in ran.out


def test_an_old_file_without_a_date_is_loud(run: Run, tmp_path: Path):
    path = tmp_path / "l.db"
    files = [write(tmp_path / "1.list", "Alpha"), write(tmp_path / "2.list", "Beta")]
    assert run("lists", "load", *files, "--store", path).status == 0
    ran = run("lists", "load", files[0], "--store", path, "--json")
    assert (ran.status, ran.json["stale"]) == (1, ["x"])
    assert "load it with --published DATE" in ran.err
    assert run("lists", "load", files[1], "--store", path).status == 0
    assert run("lists", "load", *files, "--store", path).status == 0  # all of an archive again
    assert run("lists", "load", files[0], "--store", path, "--published", "2030-01-01").status == 1  # to come


def test_show_says_what_was_in_force(run: Run, store: Path):
    shown = run("lists", "show", "--store", store, "--json").json
    assert [each["number"] for each in shown["versions"]] == [2]
    assert datetime.fromisoformat(shown["versions"][0]["loaded"]) <= datetime.now(UTC)
    then = run("lists", "show", "--store", store, "--on", "2026-01-15", "--json").json
    assert [each["number"] for each in then["versions"]] == [1]
    assert then["digest"] != shown["digest"]
    every = run("lists", "show", "--store", store, "--all", "--json").json["versions"]
    assert [(each["number"], each["in_force"]) for each in every] == [(1, False), (2, True)]
    out = run("lists", "show", "--store", store, "--all").out
    assert [line.endswith("not now") for line in out.splitlines()[-2:]] == [True, False]
    assert out.isascii()


def test_before_the_first_version_is_an_error(run: Run, store: Path):
    ran = run("lists", "show", "--store", store, "--on", "2025-12-31")
    assert (ran.status, ran.out) == (1, "")
    assert "2025-12-31 is not known" in ran.err


def test_show_of_some_lists(run: Run, store: Path, tmp_path: Path):
    run("lists", "load", write(tmp_path / "y.list", "Other", list="y"), "--store", store)
    then = run("lists", "show", "x", "--store", store, "--on", "2026-01-15", "--json").json["versions"]
    assert [(each["list"], each["number"]) for each in then] == [("x", 1)]
    assert run("lists", "show", "--store", store, "--on", "2026-01-15").status == 1  # y is not so old
    every = run("lists", "show", "y", "x", "--store", store, "--all", "--json").json["versions"]
    assert [(each["list"], each["number"]) for each in every] == [("x", 1), ("x", 2), ("y", 1)]


def test_diff_says_who_came_left_and_changed(run: Run, store: Path):
    ran = run("lists", "diff", "x", "--store", store, "--json")
    assert ran.status == 0
    told = ran.json
    assert (told["old"], told["new"]) == (1, 2)
    assert [each["id"] for each in told["added"]] == ["x-delta"]
    assert [each["id"] for each in told["removed"]] == ["x-gamma"]
    (changed,) = told["changed"]
    assert changed["id"] == "x-beta"
    assert [changed["fields"]["names"][which][0]["text"] for which in ("old", "new")] == ["Beta", "Beta two"]
    assert run("lists", "diff", "x", "2", "1", "--store", store, "--json").json["added"] == told["removed"]
    assert run("lists", "diff", "x", "1", "--store", store, "--json").json == told
    out = run("lists", "diff", "x", "--store", store).out
    assert "1 added, 1 changed, 1 removed" in out
    assert [line.split()[0] for line in out.splitlines()[-3:]] == ["+", "~", "-"]


def test_a_long_diff_is_cut_for_people_only(run: Run, tmp_path: Path):
    path = tmp_path / "l.db"
    names = [f"N{number} name" for number in range(60)]
    for day, count in (("2026-01-01", 1), ("2026-01-02", 60)):
        run("lists", "load", write(tmp_path / "a.list", *names[:count], published=day), "--store", path)
    assert "... and 9 more; --json lists them." in run("lists", "diff", "x", "--store", path).out
    assert len(run("lists", "diff", "x", "--store", path, "--json").json["added"]) == 59


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["load", "no-such-file"], 2, "no-such-file"),
        (["load"], 2, "PATH"),
        (["show", "--on", "2026-01-01", "--all"], 2, "one of them"),
        (["diff", "z"], 1, "no list 'z'"),
        (["diff", "x", "1", "9"], 1, "no version 9"),
        (["diff", "x", "0"], 2, "0"),
        (["pull", "z"], 1, "there are ofac-sdn"),
        (["pull", "japan-meti"], 2, "https://www.meti.go.jp"),
    ],
)
def test_what_cannot_be_done(
    run: Run, store: Path, monkeypatch, arguments: list[str], status: int, said: str
):
    monkeypatch.setenv("SARAI_LISTS", str(store))
    ran = run("lists", *arguments)
    assert (ran.status, ran.out) == (status, "")
    assert said in ran.err


def test_one_version_has_nothing_to_be_compared_with(run: Run, tmp_path: Path):
    run("lists", "load", write(tmp_path / "a.list", "A"), "--store", tmp_path / "l.db")
    ran = run("lists", "diff", "x", "--store", tmp_path / "l.db")
    assert (ran.status, "one version only" in ran.err) == (2, True)


def test_no_store_no_traceback(run: Run, tmp_path: Path, book: Path):
    for command in (["show"], ["diff", "x"]):
        ran = run("lists", *command, "--store", tmp_path / "none.db")
        assert (ran.status, ran.out) == (2, "")
        assert ran.err.startswith("sarai: no store of lists at")
        assert "SARAI_LISTS" in run("lists", *command).err
    assert not (tmp_path / "none.db").exists()
    ran = run("lists", "show", "--store", book)
    assert (ran.status, "database of something else" in ran.err) == (2, True)


# -- pull ----------------------------------------------------------------------------------------


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A publisher on this machine, with one list."""
    place = write(tmp_path / "publisher" / "made.list", "Alpha", published="2026-01-01").parent
    monkeypatch.setenv("no_proxy", "*")
    handler = partial(Quiet, directory=place)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        url = f"http://127.0.0.1:{server.server_address[1]}/made.list"
        made = pull.PublicAddress("made", "X", "https://x.invalid/page", {"made.list": url}, "free for all")
        monkeypatch.setattr(pull, "ADDRESSES", (made,))
        yield place / "made.list"
        server.shutdown()
        thread.join()


def test_pull_fetches_and_with_a_store_loads(run: Run, published: Path, tmp_path: Path):
    ran = run("lists", "pull", "made", "--into", tmp_path / "in", "--json")
    file = tmp_path / "in" / "made" / "made.list"
    assert ran.status == 0
    assert ran.json == {"files": [str(file)], "page": "https://x.invalid/page", "terms": "free for all"}
    assert file.read_bytes() == published.read_bytes()
    loading = run("lists", "pull", "made", "--into", tmp_path / "in", "--store", tmp_path / "l.db", "--json")
    assert [each["added"] for each in loading.json["loaded"]] == [1]
    told = run("lists", "pull", "made", "--into", tmp_path / "in", "--store", tmp_path / "l.db").out
    assert "repeated" in told
    assert "free for all" in told


def test_pull_when_nobody_answers(run: Run, published: Path, tmp_path: Path):
    published.unlink()
    ran = run("lists", "pull", "made", "--into", tmp_path / "in")
    assert (ran.status, ran.out) == (2, "")
    assert "404" in ran.err
    assert "sarai lists load FILE" in ran.err


def test_pull_shows_the_addresses(run: Run):
    shown = run("lists", "pull", "--json").json["addresses"]
    assert {"ofac-sdn", "eu-fsf", "un", "uk", "us-csl", "bis-dpl", "japan-meti"} <= {
        each["name"] for each in shown
    }
    out = run("lists", "pull").out
    assert "Open Government Licence" in " ".join(out.split())
