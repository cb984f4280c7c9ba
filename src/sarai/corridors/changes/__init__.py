"""What if: a network changed by a few words, as ``close place:SUEZ; widen limit:X +20%``, and known shocks.

Six words do it, each with a selector of what it changes:

========  ======================================================  ======================================
word      what follows                                            what it does
========  ======================================================  ======================================
close     any selector                                            nothing goes that way any more
slow      leg place service country mode group border, ``x2``     hours of travel, crossing, handling
tax       the same, ``+50`` (US dollars a unit) or ``x1.1``       tariffs, border charges, handling
widen     limit, ``+20%``, ``+2000000``, ``x1.2``, ``=5000000``   capacity a year
widen     service, the same, or ``units`` and the same            departures a week, or units of each
add       a folder                                                lays its tables over those there are
ask       leg or group                                            takes what is left out unless asked for
========  ======================================================  ======================================
"""

from sarai.corridors.changes.applying import apply
from sarai.corridors.changes.selecting import Selector
from sarai.corridors.changes.shocks import SHOCKS, Shock, shock
from sarai.corridors.changes.words import Amount, Change, parse

__all__ = ["SHOCKS", "Amount", "Change", "Selector", "Shock", "apply", "parse", "shock"]
