"""Before and after a run: the gate, the compiler and the diary."""
