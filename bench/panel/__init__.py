"""The panel in a real browser, as long as it takes; and the service behind it."""
