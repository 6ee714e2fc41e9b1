"""The bridge that runs all day: devices found, lost and found again, each in a supervised session of its own."""
