"""Hostile hand-ins, one module per family of the threat model (SECURITY.md), each really graded by the command line."""
