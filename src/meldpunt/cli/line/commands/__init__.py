"""The commands of `meldpunt line`: options and help."""
