"""Files of a report: cleaned, encrypted, uploaded, downloaded."""
