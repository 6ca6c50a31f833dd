"""Running a model: where, in which mode, by which inputs, and what of it is read."""
