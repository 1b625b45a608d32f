def doble(x):
    return 2 * x
