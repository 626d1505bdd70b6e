"""`meldpunt line open`: the one command that leads an office through everything."""
