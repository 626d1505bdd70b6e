"""The transfer of a line to another host: its steps and the export file."""
