"""What a user would pick instead, at the same work: `python -m peers`. Not part of what is installed."""
