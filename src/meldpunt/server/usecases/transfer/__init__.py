"""A line on its way out of this host, and into it."""
