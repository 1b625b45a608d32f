"""Causes and cures of what needs the internet, see ``texts.diagnoses``, and why a person looks: (English, Spanish)."""

TEXTS: dict[str, tuple[str, str]] = {
    "diagnoses.other_data": ("This is {name}; {asks}.", "Esto es {name}; {asks}."),
    "diagnoses.other_data.cure": (
        "Use the data set of the exercise; MNIST comes with `keras.datasets.mnist.load_data()`.",
        "Usa el conjunto de datos del ejercicio; MNIST viene con `keras.datasets.mnist.load_data()`.",
    ),
    "network.asks_mnist": (
        "the exercise asks for MNIST, and there is no internet to download another set",
        "el ejercicio pide MNIST, y no hay internet para descargar otro conjunto",
    ),
    "network.asks_unknown": (
        "it cannot be downloaded, because there is no internet while grading",
        "no se puede descargar, porque al corregir no hay internet",
    ),
    "diagnoses.no_weights": (
        "A pretrained network must be downloaded, and there is no internet while grading.",
        "Una red preentrenada se tiene que descargar, y al corregir no hay internet.",
    ),
    "diagnoses.no_weights.cure": (
        "Write `weights=None` and train the network yourself, or build one of your own.",
        "Escribe `weights=None` y entrena tú la red, o construye una propia.",
    ),
    "diagnoses.weights_library": (
        "The library `{name}`, which downloads pretrained networks, is not installed here, and there is no internet while grading.",
        "La biblioteca `{name}`, que descarga redes preentrenadas, no está instalada aquí, y al corregir no hay internet.",
    ),
    "diagnoses.weights_library.cure": (
        "Build a network with `keras.layers` and train it yourself.",
        "Construye una red con `keras.layers` y entrénala tú.",
    ),
    "diagnoses.mnist_library": (
        "The module `{name}` is neither installed here nor among the submitted files.",
        "El módulo `{name}` ni está instalado aquí ni está entre los archivos entregados.",
    ),
    "diagnoses.mnist_library.cure": (
        "Load the images with `keras.datasets.mnist.load_data()`.",
        "Carga las imágenes con `keras.datasets.mnist.load_data()`.",
    ),
    "diagnoses.mnist_files": (
        "The file `{name}` was not submitted, and there is no internet to download it while grading.",
        "El archivo `{name}` no se entregó, y al corregir no hay internet para descargarlo.",
    ),
    "diagnoses.mnist_files.cure": (
        "Load the images with `keras.datasets.mnist.load_data()`: that works here too.",
        "Carga las imágenes con `keras.datasets.mnist.load_data()`: eso también funciona aquí.",
    ),
    "diagnoses.downloader": (
        "The library `{name}`, which downloads files, is not installed here, and there is no internet while grading.",
        "La biblioteca `{name}`, que descarga archivos, no está instalada aquí, y al corregir no hay internet.",
    ),
    "diagnoses.downloader.cure": (
        "Download the file yourself, submit it beside the notebook, and open it by its name.",
        "Descarga tú el archivo, entrégalo junto al cuaderno y ábrelo por su nombre.",
    ),
    "diagnoses.downloaded_file": (
        "The file `{name}` is missing: {first:cell} should download it, and there is no internet while grading.",
        "Falta el archivo `{name}`: debería descargarlo {first:cell}, y al corregir no hay internet.",
    ),
    "diagnoses.downloaded_file.cure": (
        "Submit the file beside the notebook and open it by its name, `{name}`.",
        "Entrega el archivo junto al cuaderno y ábrelo por su nombre, `{name}`.",
    ),
    "diagnoses.no_download": (
        "There is no internet while grading, so nothing can be downloaded.",
        "Al corregir no hay internet, así que no se puede descargar nada.",
    ),
    "diagnoses.no_download.cure": (
        "Submit the file beside the notebook and open it by its name; MNIST comes with `keras.datasets.mnist.load_data()`.",
        "Entrega el archivo junto al cuaderno y ábrelo por su nombre; MNIST viene con `keras.datasets.mnist.load_data()`.",
    ),
    "scoring.review_network": (
        "The notebook needs the internet ({cells:list}), and there is none while grading: a person decides about the points that this cost.",
        "El cuaderno necesita internet ({cells:list}), y al corregir no lo hay: una persona decide sobre los puntos que esto costó.",
    ),
}
