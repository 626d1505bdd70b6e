"""Transfer: export a line to another host, and import a line from another host."""
