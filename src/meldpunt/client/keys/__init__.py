"""Keys on the device: receipt codes, box keys, recovery sheets, and their randomness."""
