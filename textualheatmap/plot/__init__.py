"""The heatmap as Bokeh models."""
