"""Building, compiling and solving the model; the one seam to HiGHS."""
