"""Flows: what trade statistics give away, from any country's figures, with the uncertainty said."""
