"""The command line: `textualheatmap check`, `save`, `show` and others."""
