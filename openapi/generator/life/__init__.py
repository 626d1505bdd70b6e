"""A worked life: one report on a real host, from its line to its closing, from fixed seeds."""
