"""The log of a report: signed headers, their causal order, handovers, clocks, and who may read."""
