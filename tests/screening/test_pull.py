"""Fetching lists, from a server on this machine: whole or not at all."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest

from sarai.goods.errors import NotInBook
from sarai.screening.lists import pull as module
from sarai.screening.lists.pull import ADDRESSES, address, pull
from sarai.screening.lists.reading import ListError


class Handler(BaseHTTPRequestHandler):
    """Answers as its server's ``answers`` say, by the last part of the path."""

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers["User-Agent"]))
        status, body, said = self.server.answers.get(self.path.rpartition("/")[2], (404, b"no", None))
        self.send_response(status)
        if said is None or said >= 0:
            self.send_header("Content-Length", str(len(body) if said is None else said))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ThreadingHTTPServer]:
    monkeypatch.setenv("no_proxy", "*")
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.answers, running.asked = {}, []
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def from_here(port: int, request: Request, timeout: float):
    """Open the same path on this machine."""
    path = urlsplit(request.full_url).path
    return urlopen(Request(f"http://127.0.0.1:{port}{path}", headers=dict(request.header_items())), timeout=5)


@pytest.fixture
def opener(server: ThreadingHTTPServer):
    return partial(from_here, server.server_address[1])


OFAC = {name: (200, name.encode() * 40_000, None) for name in address("ofac-sdn").files}


def test_all_files_of_a_list(server, opener, tmp_path: Path):
    server.answers = OFAC
    files = pull("ofac-sdn", tmp_path / "new" / "ofac", opener)
    assert [file.name for file in files] == ["SDN.CSV", "ADD.CSV", "ALT.CSV", "SDN_COMMENTS.CSV"]
    assert {file.name: file.read_bytes() for file in files} == {
        name: body for name, (_, body, _) in OFAC.items()
    }
    assert sorted((tmp_path / "new" / "ofac").iterdir()) == sorted(files)
    assert all(agent.startswith("sarai") for _, agent in server.asked)


def test_a_body_without_its_length(server, opener, tmp_path: Path):
    server.answers = {"consolidated.xml": (200, b"<LIST/>", -1)}
    assert pull("un", tmp_path, opener)[0].read_bytes() == b"<LIST/>"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((200, b"cut", 4_000), "broke off after 3 of 4,000 bytes"),
        ((200, b"", None), "broke off after 0"),
        ((403, b"", None), "403"),
        ((302, b"", None), "302"),
        ((200, b"\n<!DOCTYPE html><html>who are you?", None), "page for people"),
        ((200, b"x" * 2_000, None), "larger than 1,000 bytes"),
    ],
)
def test_one_bad_file_and_those_of_before_stay(server, opener, tmp_path: Path, monkeypatch, answer, said):
    monkeypatch.setattr(module, "MAX_BYTES", 1_000)
    before = {name: b"before" for name in OFAC}
    for name, body in before.items():
        (tmp_path / name).write_bytes(body)
    server.answers = {**{name: (200, b"after", None) for name in OFAC}, "ALT.CSV": answer}
    with pytest.raises(ListError, match=f"/ALT.CSV cannot be fetched: .*{said}.*sarai lists load FILE"):
        pull("ofac-sdn", tmp_path, opener)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_offline_it_says_what_to_do(tmp_path: Path):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # and does not listen
        opener = partial(from_here, nobody.getsockname()[1])
        with pytest.raises(
            ListError, match=r"refused.*elsewhere \(https://main.un.org.*sarai lists load FILE"
        ):
            pull("un", tmp_path, opener)
    assert list(tmp_path.iterdir()) == []


def test_a_slow_server_is_left(tmp_path: Path):
    def slow(request: Request, timeout: float):
        assert timeout == module.TIMEOUT_S
        raise TimeoutError("timed out")

    with pytest.raises(ListError, match="timed out"):
        pull("un", tmp_path, slow)


def test_a_directory_that_cannot_be_written_is_not_taken_for_the_net(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(FileExistsError):
        pull("un", tmp_path / "file")


def test_a_list_without_lasting_address_names_its_page(tmp_path: Path):
    with pytest.raises(ListError, match=r"https://www.meti.go.jp.*sarai lists load FILE"):
        pull("japan-meti", tmp_path)


def test_a_name_that_is_not_ours_names_those_that_are():
    with pytest.raises(NotInBook, match=r"'ofac'.*ofac-sdn"):
        address("ofac")


@pytest.mark.parametrize("each", ADDRESSES, ids=lambda each: each.name)
def test_every_address_says_who_where_and_on_what_terms(each):
    assert each.publisher
    assert each.terms
    for url in (each.page, *each.files.values()):
        assert urlsplit(url).scheme == "https"
        assert urlsplit(url).hostname
    assert all(Path(file).name == file for file in each.files)
    assert address(each.name) is each


def test_names_are_given_once():
    assert len({each.name for each in ADDRESSES}) == len(ADDRESSES)
