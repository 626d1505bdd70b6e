"""`meldpunt serve` and the like: what the operator of a host does."""
