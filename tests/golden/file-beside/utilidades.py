from tensorflow import keras


def cargar():
    (a, b), (c, d) = keras.datasets.mnist.load_data()
    return a / 255.0, b, c / 255.0, d
