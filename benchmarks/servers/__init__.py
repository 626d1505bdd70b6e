"""The servers that are compared, and what starts one and reads what it uses."""
