"""The HTTP interface: each route parses a request, calls one use case and builds the answer."""
