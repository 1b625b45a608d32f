"""What was submitted in place of a notebook, and what to do: key -> (English, Spanish)."""

TEXTS: dict[str, tuple[str, str]] = {
    "file_kinds.archive": (
        "{name} is an archive in a format that is not opened (.rar, .7z, .tar ...). Unpack it, pack the files again as a .zip, and submit that; or submit only the notebook (.ipynb).",
        "{name} es un archivo comprimido en un formato que no se abre (.rar, .7z, .tar...). Descomprímelo, comprime los archivos otra vez como .zip y entrega ese .zip; o entrega solo el cuaderno (.ipynb).",
    ),
    "file_kinds.link": (
        "{name} is a link, not the notebook. Open it, download the notebook (in Colab: File > Download > Download .ipynb), and submit that file.",
        "{name} es un enlace, no el cuaderno. Ábrelo, descarga el cuaderno (en Colab: Archivo > Descargar > Descargar .ipynb) y entrega ese archivo.",
    ),
    "file_kinds.colab_link": (
        "{name} is a link to a notebook in Colab or Drive, not the notebook. In Colab: File > Download > Download .ipynb, and submit that file.",
        "{name} es un enlace a un cuaderno de Colab o Drive, no el cuaderno. En Colab: Archivo > Descargar > Descargar .ipynb, y entrega ese archivo.",
    ),
    "file_kinds.lfs_pointer": (
        "{name} only points to a file that git keeps elsewhere (Git LFS); its content is not here. Run «git lfs pull» in your repository before you pack it, and submit again.",
        "{name} solo señala un archivo que git guarda en otro sitio (Git LFS); su contenido no está aquí. Ejecuta «git lfs pull» en tu repositorio antes de comprimirlo y entrégalo de nuevo.",
    ),
    "file_kinds.spreadsheet": (
        "{name} is a spreadsheet, not a notebook. Submit the notebook with your code (.ipynb).",
        "{name} es una hoja de cálculo, no un cuaderno. Entrega el cuaderno con tu código (.ipynb).",
    ),
    "file_kinds.document": (
        "{name} is a document or a presentation, and code in it cannot be run. Submit the notebook itself (.ipynb).",
        "{name} es un documento o una presentación, y el código que contenga no se puede ejecutar. Entrega el propio cuaderno (.ipynb).",
    ),
    "file_kinds.pdf": (
        "{name} is a PDF: it shows a notebook but cannot be run. Submit the notebook itself (.ipynb); in Colab: File > Download > Download .ipynb.",
        "{name} es un PDF: puede mostrar un cuaderno, pero no se puede ejecutar. Entrega el propio cuaderno (.ipynb); en Colab: Archivo > Descargar > Descargar .ipynb.",
    ),
    "file_kinds.web_page": (
        "{name} is a web page, not the notebook: an export, or the page that shows the notebook. Download the notebook itself (on GitHub: «Download raw file»; in Jupyter: File > Download) and submit the .ipynb.",
        "{name} es una página web, no el cuaderno: una exportación o la página que muestra el cuaderno. Descarga el propio cuaderno (en GitHub: «Download raw file»; en Jupyter: Archivo > Descargar) y entrega el .ipynb.",
    ),
    "file_kinds.picture": (
        "{name} is a picture. A screenshot cannot be run; submit the notebook itself (.ipynb).",
        "{name} es una imagen. Una captura de pantalla no se puede ejecutar; entrega el propio cuaderno (.ipynb).",
    ),
    "file_kinds.video": (
        "{name} is a video or a sound recording, which cannot be run. Submit the notebook itself (.ipynb).",
        "{name} es un vídeo o una grabación de sonido, que no se puede ejecutar. Entrega el propio cuaderno (.ipynb).",
    ),
    "file_kinds.r_notebook": (
        "{name} is in another language or format (R, Julia, Quarto ...); this exercise is in Python. Solve it in a Python notebook and submit that (.ipynb).",
        "{name} está en otro lenguaje o formato (R, Julia, Quarto...); este ejercicio es en Python. Resuélvelo en un cuaderno de Python y entrega ese (.ipynb).",
    ),
    "file_kinds.marimo": (
        "{name} is a marimo notebook. Export it with «marimo export ipynb {name} -o notebook.ipynb», and submit notebook.ipynb.",
        "{name} es un cuaderno de marimo. Expórtalo con «marimo export ipynb {name} -o notebook.ipynb» y entrega notebook.ipynb.",
    ),
    "file_kinds.other_code": (
        "{name} is code in another language; this exercise is in Python. Submit a Python notebook (.ipynb).",
        "{name} es código en otro lenguaje; este ejercicio es en Python. Entrega un cuaderno de Python (.ipynb).",
    ),
    "file_kinds.model": (
        "{name} is a saved model, not the code that builds and trains it. Submit the notebook with that code (.ipynb).",
        "{name} es un modelo guardado, no el código que lo construye y lo entrena. Entrega el cuaderno con ese código (.ipynb).",
    ),
    "file_kinds.data": (
        "{name} is a data file, not a notebook. Submit the notebook that uses it (.ipynb).",
        "{name} es un archivo de datos, no un cuaderno. Entrega el cuaderno que lo usa (.ipynb).",
    ),
    "file_kinds.text": (
        "{name} is plain text, not a notebook. If it holds a link, download the notebook from there (in Colab: File > Download > Download .ipynb) and submit that file.",
        "{name} es texto sin más, no un cuaderno. Si contiene un enlace, descarga de ahí el cuaderno (en Colab: Archivo > Descargar > Descargar .ipynb) y entrega ese archivo.",
    ),
    "file_kinds.empty": (
        "{name} is empty. Save the notebook in Jupyter or Colab, check that the file has a size, and submit it again.",
        "{name} está vacío. Guarda el cuaderno en Jupyter o Colab, comprueba que el archivo ocupa algo y entrégalo de nuevo.",
    ),
    "file_kinds.unknown": (
        "{name} is not a file that can be graded. Submit the notebook (.ipynb), or a .zip that contains it.",
        "{name} no es un archivo que se pueda evaluar. Entrega el cuaderno (.ipynb), o un .zip que lo contenga.",
    ),
}
