"""The devices of the service: found, lost and found again, each in a supervised session of its own."""
