"""Texts on Colab, Kaggle and Google Drive, which are not there while grading: key -> (English, Spanish)."""

TEXTS: dict[str, tuple[str, str]] = {
    # notices of a run
    "runs.folder_of_service_missing": (
        "In this run `{name}` is not the notebook's folder; paths below it may fail.",
        "En esta ejecución, `{name}` no es la carpeta del cuaderno; las rutas dentro de ella pueden fallar.",
    ),
    "runs.drive_not_mounted": (
        "Google Drive cannot be mounted at `{name}` while grading. Mount it at `/content/drive`.",
        "Al corregir, Google Drive no se puede montar en `{name}`. Móntalo en `/content/drive`.",
    ),
    "runs.folder_is_empty": (
        "The folder `{name}` is not available while grading, so it was empty. If the notebook reads files from it, submit them beside the notebook.",
        "La carpeta `{name}` no está disponible al corregir, así que estaba vacía. Si el cuaderno lee archivos de ella, entrégalos junto al cuaderno.",
    ),
    "runs.submitted_file_read": (
        "`{name}` is not available while grading; what was submitted under that name was used.",
        "`{name}` no está disponible al corregir; se usó lo que se entregó con ese nombre.",
    ),
    "runs.upload_given": (
        "`files.upload()` gave the files submitted beside the notebook: {names}",
        "`files.upload()` devolvió los archivos entregados junto al cuaderno: {names}",
    ),
    "runs.upload_empty": (
        "`files.upload()` gave no file, because none was submitted beside the notebook.",
        "`files.upload()` no devolvió ningún archivo, porque no se entregó ninguno junto al cuaderno.",
    ),
    "runs.colab_only": (
        "`{name}` does nothing here: it works in Colab only.",
        "`{name}` no hace nada aquí: solo funciona en Colab.",
    ),
    "runs.inner_keras": (
        "A network was built with `tensorflow.python.keras`, an old copy of Keras inside TensorFlow. Import from `keras` or `tensorflow.keras`.",
        "Se construyó una red con `tensorflow.python.keras`, una copia antigua de Keras dentro de TensorFlow. Importa de `keras` o `tensorflow.keras`.",
    ),
    "runs.secret_empty": (
        "The Colab secret `{name}` is empty while grading.",
        "El secreto de Colab `{name}` está vacío al corregir.",
    ),
    # errors
    "diagnoses.drive": (
        "`{name}` does not exist: your Google Drive is not available while grading.",
        "`{name}` no existe: tu Google Drive no está disponible al corregir.",
    ),
    "diagnoses.drive.cure": (
        "If an earlier cell should have created it, fix that cell. Otherwise submit the file beside the notebook and open it by its bare name; MNIST itself comes with `keras.datasets`.",
        "Si debía crearlo una celda anterior, arregla esa celda. Si no, entrega el archivo junto al cuaderno y ábrelo solo por su nombre; MNIST ya viene con `keras.datasets`.",
    ),
    "diagnoses.sample_data": (
        "`{name}` does not exist: Colab's sample data are not available while grading.",
        "`{name}` no existe: los datos de ejemplo de Colab no están disponibles al corregir.",
    ),
    "diagnoses.sample_data.cure": (
        "Load MNIST with `keras.datasets.mnist.load_data()`; submit any other file beside the notebook and open it by its bare name.",
        "Carga MNIST con `keras.datasets.mnist.load_data()`; entrega cualquier otro archivo junto al cuaderno y ábrelo solo por su nombre.",
    ),
    "diagnoses.kaggle_input": (
        "`{name}` does not exist. Kaggle keeps a notebook's data in that folder; they are not available while grading.",
        "`{name}` no existe. Kaggle guarda los datos de un cuaderno en esa carpeta; al corregir no están disponibles.",
    ),
    "diagnoses.kaggle_input.cure": (
        "Load MNIST with `keras.datasets.mnist.load_data()`; submit any other file beside the notebook and open it by its bare name.",
        "Carga MNIST con `keras.datasets.mnist.load_data()`; entrega cualquier otro archivo junto al cuaderno y ábrelo solo por su nombre.",
    ),
    "diagnoses.service_only": (
        "`{name}` is a module of Colab or Kaggle; it does not exist elsewhere.",
        "`{name}` es un módulo de Colab o Kaggle; no existe en otros sitios.",
    ),
    "diagnoses.service_only.cure": (
        "Import it inside `try: ... except ImportError: ...`, or remove the lines that need it.",
        "Impórtalo dentro de `try: ... except ImportError: ...`, o quita las líneas que lo necesitan.",
    ),
}
