"""What can be typed after `meldpunt report`: options and help."""
