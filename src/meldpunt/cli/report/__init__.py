"""`meldpunt report`: what a reporter does."""
