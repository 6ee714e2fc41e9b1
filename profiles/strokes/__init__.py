"""Strokes: what each massage movement asks of every actuator that it reaches, as targets over its own time."""
