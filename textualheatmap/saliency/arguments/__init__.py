"""What the functions of this package are asked, and its checks."""
