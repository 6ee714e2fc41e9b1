"""The auditor: what a finished schedule makes a person feel, measured and compared with what the routine asks.

It shares no code with what plans, and reads two things only: the routine as written and the schedule as it will play.
"""
