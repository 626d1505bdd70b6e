"""The commands of `meldpunt report`: options and help."""
