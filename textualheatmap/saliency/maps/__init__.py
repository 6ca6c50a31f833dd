"""From contributions to the heat of facets."""
