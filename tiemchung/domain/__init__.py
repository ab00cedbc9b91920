"""What we know and do: no web, no templates, no framework. Lower packages never call higher ones."""
