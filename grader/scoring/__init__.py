"""Facts x rubric x measurements -> card. Pure: no files, no processes, no clock, no chance."""
