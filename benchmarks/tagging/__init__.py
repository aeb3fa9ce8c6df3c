"""Peers for the benchmark of tags, and the measures that they share."""
