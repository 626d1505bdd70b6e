"""The host stores ciphertext, relays it, and counts days. It cannot open a message."""
