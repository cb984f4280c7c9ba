"""What trade statistics give away: each file one measure, as Ibis expressions for every engine.

A measure takes prepared trade and the coverage, and gives a table. Its file's `METHOD` is what a report
says of it: formula, source, unit, and what a null means.
"""
