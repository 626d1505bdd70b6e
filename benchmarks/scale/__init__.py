"""What a host would have to do for a city, a country or a continent: simulations."""
