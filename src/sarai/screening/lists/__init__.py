"""Lists: read as their publishers print them, kept in every version."""
