"""The conformance kit: does a device do what docs/reference/protocol.md says? Asked from outside, over any port."""
