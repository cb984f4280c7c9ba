"""What the page Minerals answers: all materials in a table, or one from all sides."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from sarai.minerals.dependence import Exposure, StageRisk
from sarai.server.minerals.arcs import Arc, Point
from sarai.server.minerals.flows import Flows
from sarai.telling import minerals_exposure as exposure
from sarai.telling import minerals_footprint as footprint
from sarai.telling import minerals_risk as risk

__all__ = ["Carried", "Overview", "Risks", "Sheet", "Term", "Ways"]


class Overview(Struct, frozen=True, kw_only=True):
    """All materials for an importer and a year.

    Attributes
    ----------
    risk, exposure : optional
        None where data lack; `lacking` has the reason, by the name of the field.
    """

    importer: str
    year: int
    risk: risk.Told | None = None
    exposure: exposure.Told | None = None
    lacking: Mapping[str, str] = {}


class Term(Struct, frozen=True, kw_only=True):
    """The terms of a stage's supply risk, and the countries that weigh most in them."""

    title: str
    stage: StageRisk
    countries: tuple[risk.Weighed, ...]


class Risks(Struct, frozen=True, kw_only=True):
    """The supply risk of all materials for an importer, and its terms by material."""

    told: risk.Told
    terms: Mapping[str, tuple[Term, ...]]

    def of(self, material: str) -> risk.Told:
        """That of one material."""
        return replace(
            self.told, materials=tuple(each for each in self.told.materials if each.material == material)
        )


class Ways(Struct, frozen=True, kw_only=True):
    """Where the map draws flows: curves by exporter and importer, places by country.

    Attributes
    ----------
    off : tuple of str
        Countries of flows that the map does not have.
    """

    arcs: Mapping[tuple[str, str], Arc]
    places: Mapping[str, Point]
    off: tuple[str, ...] = ()


class Sheet(Struct, frozen=True, kw_only=True):
    """One material for an importer and a year; what data lack has a reason in `lacking`.

    Attributes
    ----------
    terms : tuple of Term
        Of its supply risk, by part and stage.
    flows : Flows, optional
        Of all years.
    """

    material: str
    importer: str
    year: int
    risk: risk.Told | None = None
    terms: tuple[Term, ...] = ()
    exposure: exposure.Told | None = None
    flows: Flows | None = None
    ways: Ways | None = None
    lacking: Mapping[str, str] = {}

    @property
    def exposed(self) -> Exposure | None:
        """The exposure, where it is known."""
        return next(iter(self.exposure.known), None) if self.exposure else None


class Carried(Struct, frozen=True, kw_only=True):
    """The footprint of a chain from a seller to the importer, or why none is told.

    Attributes
    ----------
    start, end : str
        Countries: the largest seller that corridors reach, and where it is delivered.
    """

    start: str = ""
    end: str = ""
    told: footprint.Told | None = None
    reason: str = ""
