"""Find the caller and what they may read, and check that the line is on this host."""
