"""A line on its way to another host: the steps and the export file."""
