"""A drill for every kind of fault."""
