"""`meldpunt handler` and `recovery`: what a handler does."""
