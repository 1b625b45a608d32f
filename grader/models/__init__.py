"""Models as data: their files, their arithmetic, what their inputs went through. Keras is never imported."""
