"""Lines: fetched and verified, planned by an office, audited from outside."""
