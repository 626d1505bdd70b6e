"""Files with a message: cleaned, uploaded, saved."""
