"""What a heatmap is made of: tokens, heat, facets, and the files that hold them."""
