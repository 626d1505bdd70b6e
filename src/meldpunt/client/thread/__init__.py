"""A report as one participant reads it: fetched, verified, its status worked out, remembered."""
