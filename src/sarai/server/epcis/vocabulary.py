"""The Core Business Vocabulary 2.0: its bare words, and the one full form of each."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from sarai.server.epcis.context import STANDARD_PREFIXES, expand

EVENT_TYPES = (
    "ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent", "AssociationEvent",
)  # fmt: skip

CBV, GS1 = STANDARD_PREFIXES["cbv"], STANDARD_PREFIXES["gs1"]


class Vocabulary(Struct, frozen=True):
    """Bare words, what stands before them in full, and the older forms that mean the same."""

    what: str
    base: str
    older: tuple[str, ...]
    foreign: tuple[str, ...]
    words: frozenset[str]

    def full(self, value: str, known: Mapping[str, str] = STANDARD_PREFIXES) -> str:
        """A word, compact name or older form in its one full form.

        >>> BIZ_STEP.full("shipping") == BIZ_STEP.full("urn:epcglobal:cbv:bizstep:shipping")
        True
        """
        if value in self.words:
            return self.base + value
        value = expand(value, known)
        for older in self.older:
            if value.startswith(older):
                return self.base + value.removeprefix(older)
        return value

    def bare(self, full: str) -> str:
        """The bare word of a standard value, anything else as it is."""
        word = full.removeprefix(self.base)
        return word if full.startswith(self.base) and word in self.words else full


CBV_FORMS = ("urn:epcglobal:cbv", "http://ns.gs1.org/cbv/", "https://ns.gs1.org/cbv/")
VOC_FORMS = tuple(f"http{s}://{www}gs1.org/voc/" for s in ("", "s") for www in ("", "www."))
"""How standard values are not written in JSON, where the bare word stands for them."""


def _gs1(what: str, words: str) -> Vocabulary:
    return Vocabulary(what, GS1, (), VOC_FORMS, frozenset(words.split()))


def _cbv(what: str, stem: str, urn: str, words: str) -> Vocabulary:
    older = (f"urn:epcglobal:cbv:{urn}:",)
    return Vocabulary(what, f"{CBV}{stem}-", older, CBV_FORMS, frozenset(words.split()))


BIZ_STEP = _cbv("business step", "BizStep", "bizstep", """
    accepting arriving assembling collecting commissioning consigning creating_class_instance cycle_counting
    decommissioning departing destroying disassembling dispensing encoding entering_exiting holding inspecting
    installing killing loading other packing picking receiving removing repackaging repairing replacing
    reserving retail_selling sampling sensor_reporting shipping staging_outbound stock_taking stocking storing
    transporting unloading unpacking void_shipping""")  # fmt: skip
DISPOSITION = _cbv("disposition", "Disp", "disp", """
    active available completeness_inferred completeness_verified conformant container_closed container_open
    damaged destroyed dispensed disposed encoded expired in_progress in_transit inactive mismatch_class
    mismatch_instance mismatch_quantity needs_replacement no_pedigree_match non_conformant non_sellable_other
    partially_dispensed recalled reserved retail_sold returned sellable_accessible sellable_not_accessible
    stolen unavailable unknown""")  # fmt: skip
BIZ_TRANSACTION = _cbv("business transaction type", "BTT", "btt", """
    bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt""")  # fmt: skip
SOURCE_DEST = _cbv("source or destination type", "SDT", "sdt", "location owning_party possessing_party")
ERROR_REASON = _cbv("error reason", "ER", "er", "did_not_occur incorrect_data")
COMPONENT = _cbv("component", "Comp", "comp", """
    altitude axial_distance azimuth easting elevation_angle height latitude longitude northing polar_angle
    spherical_radius x y z""")  # fmt: skip
ALERT = _gs1("sensor alert", "ALARM_CONDITION ERROR_CONDITION")
MEASUREMENT = _gs1("measurement type", """
    AbsoluteHumidity AbsorbedDose AbsorbedDoseRate Acceleration Altitude AmountOfSubstance
    AmountOfSubstancePerUnitVolume Angle AngularAcceleration AngularMomentum AngularVelocity Area Capacitance
    Conductance Conductivity Count Density Dimensionless DoseEquivalent DoseEquivalentRate DynamicViscosity
    ElectricCharge ElectricCurrent ElectricCurrentDensity ElectricFieldStrength Energy Exposure Force
    Frequency Illuminance Inductance Irradiance KinematicViscosity Length LinearMomentum Luminance
    LuminousFlux LuminousIntensity MagneticFlux MagneticFluxDensity MagneticVectorPotential Mass
    MassConcentration MassFlowRate MassPerAreaTime MemoryCapacity MolalityOfSolute MolarEnergy
    MolarMass MolarVolume Power
    Pressure RadiantFlux RadiantIntensity Radioactivity RelativeHumidity Resistance Resistivity SolidAngle
    SpecificVolume Speed SurfaceDensity SurfaceTension Temperature Time Torque Voltage Volume VolumeFlowRate
    VolumeFraction VolumetricFlux Wavenumber""")  # fmt: skip


def event_type(value: str, known: Mapping[str, str] = STANDARD_PREFIXES) -> str:
    """The name by which an event type is kept: bare if it is one of the five, else in full.

    >>> event_type("epcis:ObjectEvent")
    'ObjectEvent'
    """
    bare = expand(value, known).removeprefix(STANDARD_PREFIXES["epcis"])
    return bare if bare in EVENT_TYPES else expand(value, known)
