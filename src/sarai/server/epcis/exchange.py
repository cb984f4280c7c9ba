"""What every exchange has in common: media types, versions, headers, errors, pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine, Mapping
from importlib.metadata import version as version_of
from typing import Any, ClassVar

from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from sarai.goods import SaraiError
from sarai.server.epcis.context import STANDARD_PREFIXES
from sarai.server.epcis.flaws import shown
from sarai.server.epcis.reading import encode
from sarai.server.epcis.refusing import EpcisProblem
from sarai.server.epcis.settings import EpcisSettings
from sarai.server.problems import Problem

JSON, LD_JSON = "application/json", "application/ld+json"
VERSION = (2, 0, 0)
VERSION_HEADERS = {"GS1-EPCIS-Version": "2.0.0", "GS1-CBV-Version": "2.0.0"}
EPC_FORMATS = ("No_Preference", "Always_GS1_Digital_Link", "Always_EPC_URN", "Never_Translates")
RANGES = ("GS1-EPCIS-Min", "GS1-EPCIS-Max", "GS1-CBV-Min", "GS1-CBV-Max")

_VERSION = re.compile(r"\d{1,4}(\.\d{1,4}){0,3}\Z", re.ASCII)
_QUALITY = re.compile(r";\s*q=([01](?:\.\d{0,3})?)\s*(?:;|\Z)")

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class EpcisRoute(APIRoute):
    """A route that negotiates, bears the headers of EPCIS and tells errors in its way."""

    settings: ClassVar[EpcisSettings] = EpcisSettings()

    def get_route_handler(self) -> Handler:
        """The handler, with what goes before and after."""
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                check_head(request, self.settings)
                response = await inner(request)
            except EpcisProblem as problem:
                return problem.answer(VERSION_HEADERS)
            except (Problem, SaraiError, HTTPException) as fault:
                return _translated(fault).answer(VERSION_HEADERS)
            for name, value in VERSION_HEADERS.items():
                response.headers.setdefault(name, value)
            return response

        return handle


def _translated(fault: Problem | SaraiError | HTTPException) -> EpcisProblem:
    """An error of the house, as EPCIS tells it."""
    status = fault.status if isinstance(fault, Problem) else getattr(fault, "status_code", 500)
    headers = dict(getattr(fault, "headers", None) or {})
    if status in (401, 403):
        title = "Unauthorised request" if status == 401 else "Access to resource forbidden"
        return EpcisProblem(status, "SecurityException", title, str(fault), headers=headers)
    return EpcisProblem(
        status, "ImplementationException", "A server-side error occurred", str(fault), headers=headers
    )


def route_class(bounds: EpcisSettings) -> type[EpcisRoute]:
    """The route under these bounds."""
    return type("EpcisRoute", (EpcisRoute,), {"settings": bounds})


# -- before the answer -------------------------------------------------------------------------------


def check_head(request: Request, settings: EpcisSettings) -> None:
    """Refuse what cannot be answered: address, media type, version. Raises `EpcisProblem`."""
    length = len(request.scope.get("raw_path") or b"") + len(request.scope["query_string"])
    if length > settings.url_bytes:
        raise EpcisProblem(
            414, "URITooLongException", "URI too long",
            f"the address has {length:,} bytes; {settings.url_bytes:,} are read: name the query (/queries)",
        )  # fmt: skip
    if request.method != "OPTIONS":
        media_type(request)
    for name in RANGES:
        _check_range(name, request.headers.get(name))
    if request.headers.get("GS1-EPC-Format", EPC_FORMATS[0]) not in EPC_FORMATS:
        raise _not_acceptable(f"GS1-EPC-Format is one of {', '.join(EPC_FORMATS)}")
    if request.headers.get("GS1-EPC-Format") == "Always_EPC_URN":
        raise _not_acceptable(
            "a GS1 Digital Link does not say how long the company's prefix is, so that no URN can be made of "
            "it; ask for Never_Translates or Always_GS1_Digital_Link"
        )


def _not_acceptable(detail: str) -> EpcisProblem:
    return EpcisProblem(406, "NotAcceptableException", "Conflicting request and response headers", detail)


def media_type(request: Request) -> str:
    """The media type that the client likes best of those there are. Raises `EpcisProblem` 406."""
    accepted = request.headers.get("accept", "*/*") or "*/*"
    weighed: list[tuple[float, int, str]] = []
    for part in accepted.split(","):
        name = part.split(";", 1)[0].strip().lower()
        found = _QUALITY.search(part)
        weight = float(found[1]) if found else 1.0
        for place, ours in enumerate((JSON, LD_JSON)):
            if name in (ours, "application/*", "*/*") and weight > 0:
                weighed.append((-weight, 0 if name == ours else 1, (JSON, LD_JSON)[place]))
    if not weighed:
        raise _not_acceptable(f"Accept: {shown(accepted)}; answers are {JSON} or {LD_JSON}")
    return min(weighed, key=lambda each: each[:2])[2]


def _check_range(name: str, told: str | None) -> None:
    if told is None:
        return
    if not _VERSION.match(told.strip()):
        raise _not_acceptable(f"{name}: {shown(told)} is not a version, as 2.0.0")
    asked = _numbers(told)
    if (name.endswith("Min") and asked > VERSION) or (name.endswith("Max") and asked < VERSION):
        raise _not_acceptable(f"{name}: {shown(told)}; this repository speaks 2.0.0")


def _numbers(told: str) -> tuple[int, ...]:
    parts = [int(part) for part in told.strip().split(".")]
    return tuple([*parts, 0, 0, 0][:3])


def check_body_head(request: Request) -> None:
    """Refuse a body of another media type or version. Raises `EpcisProblem`."""
    told = request.headers.get("content-type", "")
    name, _, more = told.partition(";")
    charset = re.search(r"charset=\"?([\w-]+)", more)
    if name.strip().lower() not in (JSON, LD_JSON) or (
        charset and charset[1].lower() not in ("utf-8", "utf8")
    ):
        raise EpcisProblem(
            415, "UnsupportedMediaTypeException", "Unsupported media type",
            f"Content-Type: {shown(told) or 'none'}; send {JSON} or {LD_JSON} in UTF-8",
        )  # fmt: skip
    for header in VERSION_HEADERS:
        asked = request.headers.get(header)
        if asked is not None and (not _VERSION.match(asked.strip()) or _numbers(asked)[:2] != VERSION[:2]):
            raise _not_acceptable(f"{header}: {shown(asked)}; this repository takes 2.0")


async def read_body(request: Request, most: int, headers: Mapping[str, str]) -> bytes:
    """The body, if it is not too large; it is not read beyond the bound. Raises `EpcisProblem` 413."""
    check_body_head(request)
    told = request.headers.get("content-length", "")
    parts: list[bytes] = []
    size = int(told) if told.isdigit() and len(told) < 20 else 0
    try:
        if size <= most:
            size = 0
            async for part in request.stream():
                size += len(part)
                if size > most:
                    break
                parts.append(part)
    except ClientDisconnect as fault:
        raise EpcisProblem(400, "ValidationException", "The request broke off", "send it again") from fault
    if size > most:
        raise EpcisProblem(
            413, "CaptureLimitExceededException", "Capture payload too large",
            f"more than {most:,} bytes; send it in parts", headers=headers,
        )  # fmt: skip
    return b"".join(parts)


def here(request: Request) -> str:
    """The address that was asked for, as it was written, without its query."""
    path = (
        (request.scope.get("raw_path") or request.scope["path"].encode()).decode("latin-1").split("?", 1)[0]
    )
    return f"{request.url.scheme}://{request.url.netloc}{path}"


def extensions(request: Request) -> dict[str, str]:
    """The prefixes that the client declares: ``GS1-Extensions: ex=https://example.com/ns/, …``."""
    found = dict(STANDARD_PREFIXES)
    for part in request.headers.get("GS1-Extensions", "").split(","):
        name, equals, iri = part.strip().partition("=")
        if equals and name and iri:
            found[name] = iri
    return found


# -- answers -----------------------------------------------------------------------------------------


def answer(
    request: Request, told: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """An answer in JSON, of the media type that was asked for."""
    return Response(encode(told), status, headers, media_type(request))


def nothing(allow: str, settings: EpcisSettings, **more: str) -> Response:
    """The answer to OPTIONS: what the resource can do."""
    return Response(status_code=204, headers={
        "Allow": allow, **VERSION_HEADERS,
        "GS1-EPCIS-Min": "2.0.0", "GS1-EPCIS-Max": "2.0.0", "GS1-CBV-Min": "2.0.0", "GS1-CBV-Max": "2.0.0",
        "GS1-EPC-Format": settings.epc_format, "GS1-CBV-XML-Format": "Never_Translates",
        "GS1-Vendor-Version": f"sarai-{version_of('sarai')}",
        **{name.replace("_", "-"): value for name, value in more.items()},
    })  # fmt: skip
