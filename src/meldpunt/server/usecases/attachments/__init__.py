"""Attachments: authors upload them in parts, messages list them, readers download them."""
