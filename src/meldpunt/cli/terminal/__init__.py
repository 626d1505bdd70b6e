"""The terminal: prompts, options, output, the words for errors."""
