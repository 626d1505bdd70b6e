"""The files of a message: clean, upload and save them."""
