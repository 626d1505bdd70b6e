"""One function, one action of a person, one transaction committed before the answer."""
