"""One submission: run it, read what came out, measure its models; and the keys of what is stored."""
