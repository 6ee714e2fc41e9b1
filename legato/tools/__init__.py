"""Tools for whoever builds hardware or doubts it."""
