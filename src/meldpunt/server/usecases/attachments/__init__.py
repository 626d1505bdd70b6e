"""Attachments: uploaded in parts, listed by a message, downloaded."""
