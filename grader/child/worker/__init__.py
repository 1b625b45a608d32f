"""A process that imported Keras once; every run is a copy of it in namespaces of its own."""
