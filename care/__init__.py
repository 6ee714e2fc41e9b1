"""The person: screening, settings, courses, diary and recommendations. Nothing here is medical advice."""
