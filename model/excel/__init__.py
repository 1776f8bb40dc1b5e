"""Cells in, cells out: reading planners' workbooks with addresses, writing workbooks from a case."""
