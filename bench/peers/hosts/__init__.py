"""The peers' sides of the work, each as its own documentation would have it written."""
