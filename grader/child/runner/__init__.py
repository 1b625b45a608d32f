"""The program in sandbox 1 that drives the kernel and frames what the recorder finds."""
