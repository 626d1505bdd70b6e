"""The commands of the operator of a host, such as `meldpunt serve`."""
