"""The terminal: prompts, options, output, and the words for errors."""
