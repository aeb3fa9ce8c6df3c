"""Finders of identifiers, a module each sort: from a text to the extents of what was found.

Repeats are bounded or possessive, so that no pattern takes more than linear time.
"""
