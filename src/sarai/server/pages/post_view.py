"""The page Post as HTML: how far each dropped file is, and what was refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

import msgspec
from markupsafe import Markup

from sarai.goods import Code
from sarai.server.pages.health_parts import size
from sarai.server.pages.look import badge, facts, tag, when
from sarai.server.pages.look.markup import Content
from sarai.server.pages.post_drops import Drop, RefusedRecord
from sarai.server.words import Words

STATES = {
    "waiting": ("neutral", "Waiting for its turn"),
    "running": ("notice", "Posting"),
    "stopped": ("critical", "Stopped"),
    "done": ("good", "Done"),
}
FORMATS = "JSON, NDJSON, CSV, ASYCUDA XML; gzip"
STEPS = 1_000  # of a progress bar


def zone_template(words: Words) -> str:
    """Where files are dropped, as a template of Vue: its button opens the browser's own choice of files."""
    choose = tag(
        "button", words("Choose a file"), type="button", class_="button main", _click="props.pickFiles"
    )
    said = (
        tag("p", words("Drop a file here, or choose one"), class_="lead"), choose,
        tag("p", words("What may be posted: {formats}", formats=FORMATS), class_="quiet"),
        tag("span", tag("q-uploader-add-trigger"), class_="unseen", aria_hidden="true"),
    )  # fmt: skip
    return str(tag("div", *said, class_="post-drop")).replace("-click=", "@click=")


def sending_template(words: Words) -> str:
    """What is still on its way from the browser, as a template of Vue."""
    sending = str(tag("span", words("On its way here")))
    return (
        '<div v-for="file in props.files.filter((each) => each.__status !== \'uploaded\')" class="post-way" '
        f'role="status">{sending} {{{{ file.name }}}} {{{{ file.__progressLabel }}}}</div>'
    )


def drop_head(drop: Drop, words: Words) -> Markup:
    """Name, state and time of a drop."""
    light, said = STATES.get(drop.state, ("neutral", drop.state))
    if drop.state == "done" and drop.refused:
        light, said = "serious", "Done; some was refused"
    return tag(
        "div", tag("strong", drop.name), badge(words, light, words(said)),
        tag("span", size(drop.size, words), " · ", when(words, drop.dropped), class_="quiet"),
        class_="post-line",
    )  # fmt: skip


def drop_body(drop: Drop, words: Words) -> Markup:
    """How far it is, and what became of it so far."""
    parts: list[Content] = []
    if drop.state != "done":
        parts.append(_bar(drop, words))
    if drop.fault:
        parts.append(tag("p", drop.fault, role="alert"))
    if drop.state == "stopped":
        parts.append(tag("p", words("Nothing is lost: go on, and what is in the book already is repeated.")))
    parts.append(_figures(drop, words))
    return Markup("").join(parts)


def _bar(drop: Drop, words: Words) -> Markup:
    done = round(drop.share * STEPS)
    said = words.percent(drop.share)
    return tag(
        "div", tag("progress", value=done, max=STEPS, aria_label=words("How far {name} is", name=drop.name)),
        tag("span", said, class_="quiet"), class_="post-bar",
    )  # fmt: skip


def _figures(drop: Drop, words: Words) -> Markup:
    pace = words.number(Decimal(round(drop.lines_per_s))) if drop.lines_per_s else ""
    return facts([
        (words("Records"), words.number(drop.records)),
        (words("Posted"), words.number(drop.posted)),
        (words("Repeated"), words.number(drop.repeated) if drop.repeated else ""),
        (words("Refused"), words.number(drop.refused)),
        (words("Goods lines"), words.number(drop.lines)),
        (words("Lines a second"), pace),
    ])  # fmt: skip


# -- what was refused ------------------------------------------------------------------------------


def refused_text(record: RefusedRecord, words: Words) -> Markup:
    """Code, place and words of a refusal."""
    name = Code(record.code).name
    head = (
        [tag("span", words("Line {line}", line=str(record.position)), class_="quiet")]
        if record.position
        else []
    )
    if record.mended:
        head.append(badge(words, "good", words("Mended: entry {entry}", entry=str(record.mended))))
    else:
        head.append(badge(words, "serious", f"{record.code} {words.name('code', name)}"))
    if record.number:
        head.append(tag("strong", f"{record.issuer}/{record.number}"))
    parts = [tag("div", *head, class_="post-line")]
    if not record.mended:
        place = (tag("code", record.pointer), " ") if record.pointer else ()
        parts.append(tag("p", *place, record.message))
    return Markup("").join(parts)


def result_text(record: RefusedRecord, words: Words) -> Markup:
    """What became of a text that was posted, for the editor."""
    if record.mended:
        return badge(words, "good", words("Posted as entry {entry}.", entry=str(record.mended)))
    name = Code(record.code).name
    place = (" ", tag("code", record.pointer)) if record.pointer else ()
    return tag(
        "span",
        badge(words, "serious", f"{record.code} {words.name('code', name)}"),
        *place,
        " ",
        record.message,
    )


# -- what one begins with --------------------------------------------------------------------------


def template(asked: Mapping[str, str], party: str, now: datetime) -> str:
    """A document to begin with, as the address of the page asks for it; empty if it asks for none."""
    if asked.get("kind") != "answer":
        return ""
    document = {
        "kind": "answer",
        "issuer": party,
        "number": f"{asked.get('consignment', '')[:100]}/answer",
        "time": now.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "consignment": {
            "issuer": asked.get("consignment_issuer", "")[:128],
            "number": asked.get("consignment", "")[:128],
        },
        "decision": "decline" if asked.get("decision") == "decline" else "confirm",
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode()
