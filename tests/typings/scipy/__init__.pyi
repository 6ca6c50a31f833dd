# For pyright alone: to infer SciPy's types from its source takes several seconds.
