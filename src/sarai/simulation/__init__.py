"""A made-up transit state with honest and dishonest traders, seeded, with the truth beside it."""

from sarai.simulation.paper import Event
from sarai.simulation.run import Simulation, simulate, write
from sarai.simulation.scenario import SCHEMES, Scenario

__all__ = ["SCHEMES", "Event", "Scenario", "Simulation", "simulate", "write"]
