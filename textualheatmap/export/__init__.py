"""Ways out of Python: a heatmap as a file."""
