"""Texts with known personal data, and the peers, for `benchmarks/redaction.py`."""
