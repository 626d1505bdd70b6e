"""The folder in which an office writes its line, in YAML: read, checked, made from a preset."""
