"""What can be typed after `meldpunt line`: options and help."""
