"""Files that hold facets: JSON, JSON lines, NPZ, Parquet and Zarr."""
