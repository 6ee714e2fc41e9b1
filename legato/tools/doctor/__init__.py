"""Troubleshooting between this computer and a device: small checks, each with a finding and advice."""
