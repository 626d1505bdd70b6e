"""Files of a report: clean, encrypt, upload and download them."""
