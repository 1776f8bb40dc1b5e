"""A case: typed tables with addresses, its time line, its checks."""
