"""What the program says in Dutch and in English, and which of the two it speaks now."""
