"""What a heatmap is made of: tokens, heat and facets."""
