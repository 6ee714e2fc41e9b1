"""The shapes of what the workshop makes, for clients."""
