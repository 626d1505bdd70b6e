"""The way to a host: addresses, signed requests, checked answers, errors."""
