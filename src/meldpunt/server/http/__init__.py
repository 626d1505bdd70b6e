"""Everything that knows HTTP: parse, call one use case, shape the answer."""
