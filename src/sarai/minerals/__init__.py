"""Raw materials: who depends on whom, what a shock does, what would replace it, and at which footprint."""

from sarai.minerals.loading import cited_sources, hs_codes, material, materials, named, substitutes, uses
from sarai.minerals.materials import STAGES, HsCode, Material, Source, Substitute, Use

__all__ = [
    "STAGES",
    "HsCode",
    "Material",
    "Source",
    "Substitute",
    "Use",
    "cited_sources",
    "hs_codes",
    "material",
    "materials",
    "named",
    "substitutes",
    "uses",
]
