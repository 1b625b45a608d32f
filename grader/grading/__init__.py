"""One batch: the order of the steps, one card for each submission, and who works on what."""
