"""Colours are proved to be readable; the stylesheet uses nothing else, and fetches nothing."""

from __future__ import annotations

import gzip
import re

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from sarai.server.pages.look import SEVERITIES, address, contrast, install
from sarai.server.pages.look.colours import COLOURS, SHAPE_PAIRS, TEXT_PAIRS
from sarai.server.pages.look.icons import PATHS
from sarai.server.pages.look.theme import FONTS, head, served, stylesheet, variables

NAMED = {colour.name: colour for colour in COLOURS}
PLAIN = {"currentColor", "none", "transparent", "inherit", "0", "rgb"}
RULES = stylesheet().removeprefix(variables())


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "paper"), TEXT_PAIRS)
def test_text_is_readable(scheme, text, paper):
    assert contrast(getattr(NAMED[text], scheme), getattr(NAMED[paper], scheme)) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("shape", "paper"), SHAPE_PAIRS)
def test_shapes_are_seen(scheme, shape, paper):
    assert contrast(getattr(NAMED[shape], scheme), getattr(NAMED[paper], scheme)) >= 3


def test_contrast_is_that_of_wcag():
    assert contrast("#777777", "#ffffff") == 4.48  # the known pair that just fails
    assert contrast("#767676", "#ffffff") == 4.54  # and the one that just passes
    assert contrast("#ffffff", "#ffffff") == 1


def test_rules_use_variables_alone_for_colour():
    used = re.findall(r"(?:^|[;{\s-])(?:color|background|border-color|stroke|fill):\s*([^;}]+)", RULES)
    assert len(used) > 40
    for value in used:
        bare = re.sub(r"var\([^)]*\)|!important|rgb\([^)]*\)", "", value).split()
        assert set(bare) <= PLAIN, value
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?!content)", RULES.replace("#content", ""))


def test_every_variable_that_is_used_is_declared():
    declared = set(re.findall(r"--([\w-]+):", stylesheet()))
    assert set(re.findall(r"var\(--([\w-]+)\)", stylesheet())) <= declared


def test_each_severity_has_a_colour_and_a_shape_of_its_own():
    for severity in SEVERITIES:
        assert {severity, f"{severity}-soft"} <= set(NAMED)
        assert f".badge.{severity} " in RULES
    assert len({PATHS[severity] for severity in SEVERITIES}) == len(SEVERITIES)


def test_nothing_is_fetched():
    for asset in served().values():
        if "json" not in asset.media_type:
            assert not re.search(rb"https?:|url\(|@import|//[a-z]+\.", asset.plain)
    assert all("url" not in fonts for fonts in FONTS.values())


def test_assets_are_served_once_and_for_good():
    app = FastAPI()
    install(app)
    with TestClient(app) as client:
        for suffix, kind in (
            ("css", "text/css"),
            ("js", "text/javascript"),
            ("json", "application/geo+json"),
        ):
            plain = client.get(address(suffix), headers={"accept-encoding": "identity"})
            packed = client.get(address(suffix), headers={"accept-encoding": "gzip"})
            assert plain.status_code == 200
            assert plain.headers["content-type"].startswith(kind)
            assert "immutable" in plain.headers["cache-control"]
            assert packed.headers["content-encoding"] == "gzip"
            assert (
                packed.content == plain.content == gzip.decompress(served()[address(suffix)[6:]].compressed)
            )
        assert client.get("/look/other.css").status_code == 404
        assert client.get("/look/../theme.py").status_code == 404
    assert app.openapi()["paths"] == {}


def test_the_head_links_to_them():
    assert f'href="{address("css")}"' in head()
    assert f'src="{address("js")}"' in head()
