"""Sarai beside its baselines: `python -m benchmarks`. What is measured stands in docs/benchmarks.md."""
