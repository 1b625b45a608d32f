"""The command line: ``app`` parses, one module per verb does the work of that verb."""
