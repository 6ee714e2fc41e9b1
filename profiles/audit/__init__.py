"""The auditor: measures what a finished schedule makes a person feel, and compares it with what the routine asks.

It shares no code with the planner, and reads only two things: the routine as written and the schedule as it will play.
"""
