"""Pictures: heat maps, curves and plots."""
