"""Screening: who is this really, may they have this, and why do we say so."""
