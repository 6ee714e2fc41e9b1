"""What to do: routine profiles, the anatomy they speak of, what a device can do, and the compiler between them."""
