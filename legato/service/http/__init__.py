"""The service over HTTP: devices, routines and people for programs, and what happens as it happens."""
