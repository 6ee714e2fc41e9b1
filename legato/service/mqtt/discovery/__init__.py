"""What Home Assistant is told so that it shows devices by itself: pure functions from a state to a payload.

Written for what Home Assistant 2025.4 and 2026.11 both take; see docs/how-to/homeassistant.md for each.
"""
