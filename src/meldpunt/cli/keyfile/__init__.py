"""Key files: the secrets of an office or a handler, under a passphrase."""
