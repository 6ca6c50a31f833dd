"""What a heatmap shows of its facets: the focus and everything else that may change."""
