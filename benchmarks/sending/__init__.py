"""What is sent to a server: an office, its reports, and the loads of the hot paths."""
