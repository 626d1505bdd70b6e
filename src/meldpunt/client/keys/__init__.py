"""Keys on the device: receipt codes, box keys, recovery sheets, and the source of randomness."""
