"""The balance between powers: what hangs on each of them, and the game of carrots and sticks."""

from sarai.standing.channels import Share, Shares, dates, latest, measured, shares
from sarai.standing.distance import Distance, distance, distances
from sarai.standing.exposure import Exposure, Mean, exposure, exposures, means
from sarai.standing.loading import StandingFaulty, load, shipped
from sarai.standing.measures import Spread, diversification, entropy, spread
from sarai.standing.tables import Figure, Standing
from sarai.standing.votes import Votes
from sarai.standing.whatif import CAME, GRAMMAR, Came, Step, apply, apply_each, parse

__all__ = [
    "CAME",
    "GRAMMAR",
    "Came",
    "Distance",
    "Exposure",
    "Figure",
    "Mean",
    "Share",
    "Shares",
    "Spread",
    "Standing",
    "StandingFaulty",
    "Step",
    "Votes",
    "apply",
    "apply_each",
    "dates",
    "distance",
    "distances",
    "diversification",
    "entropy",
    "exposure",
    "exposures",
    "latest",
    "load",
    "means",
    "measured",
    "parse",
    "shares",
    "shipped",
    "spread",
]
