"""HTTP to a host: addresses, signed requests, checked answers, errors."""
