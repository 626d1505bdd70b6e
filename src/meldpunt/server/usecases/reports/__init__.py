"""Reports: submitted, read, answered, handed over."""
