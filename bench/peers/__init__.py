"""What a user would pick instead, at the same work: `python -m bench.peers`. Not part of what is installed."""
