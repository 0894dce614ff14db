"""Draws charts: laid out as SVG here, drawn as a PNG by a process of its own."""
