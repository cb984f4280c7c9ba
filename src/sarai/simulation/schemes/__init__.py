"""Schemes."""
def plan_schemes(state): pass
