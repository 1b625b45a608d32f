"""A submission's file -> the cells that run and the settings of their run. Pure; all that decides a run on this side.

Imports records and ``untrusted`` only: the key of a run holds this room, and a changed cure, sentence or check must
re-run nothing.
"""
