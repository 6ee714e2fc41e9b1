"""Care for a person: screening, settings, courses, diary and recommendations. Nothing here is medical advice."""
