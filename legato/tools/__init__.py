"""Tools to build and test hardware."""
