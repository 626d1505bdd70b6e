"""Reports: a reporter submits one, participants read and answer it, lines hand it over."""
