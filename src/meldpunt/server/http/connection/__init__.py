"""What a connection may cost before any route is asked."""
