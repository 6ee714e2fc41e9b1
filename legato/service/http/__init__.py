"""The service over HTTP: devices, routines and people for programs, and events as they happen."""
