"""Which preprocessing a model was fed with, found by comparing what the recorder saw with the known images.

Nothing is imported here: a run in the sandbox needs ``apply`` alone, and rests on nothing else of this package.
"""
