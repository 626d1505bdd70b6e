"""`meldpunt line`: what an office does, and what everybody may see of its line."""
