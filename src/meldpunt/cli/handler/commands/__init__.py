"""What can be typed after `meldpunt handler`: options and help."""
