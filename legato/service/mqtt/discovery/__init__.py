"""Discovery messages for Home Assistant: pure functions from a state to a payload.

Compatible with both Home Assistant 2025.4 and 2026.11; see docs/how-to/homeassistant.md for each.
"""
