"""sarai flows report: all of it on one page."""
