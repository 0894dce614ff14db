"""The chat platforms, each a thin adapter of the core."""
