"""The conformance kit: does a device do what docs/reference/protocol.md says? Tested from outside, over any port."""
