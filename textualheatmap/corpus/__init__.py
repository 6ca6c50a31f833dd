"""Many texts: a facet of each, in a store, computed here or on a cluster."""
