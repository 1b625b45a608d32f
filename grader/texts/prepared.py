"""What the checks say of arrays made of a data set: key -> (English, Spanish)."""

TEXTS: dict[str, tuple[str, str]] = {
    "prepared.actual": ("{shape:shape}, {dtype}", "{shape:shape}, {dtype}"),
    "prepared.missing": (
        "There is no array {name}: neither in the dictionary `entrega` (or `delivery`) nor as a variable.",
        "No hay ningún array {name}: ni en el diccionario `entrega` (o `delivery`) ni como variable.",
    ),
    "prepared.missing_because": (
        "There is no array {name}: {reason} before it was made.",
        "No hay ningún array {name}: {reason} antes de crearlo.",
    ),
    "prepared.found_by_shape": (
        "{what} (It was found as {found}, by its shape.)",
        "{what} (Se ha encontrado como {found}, por su forma.)",
    ),
    "prepared.wrong": ("{name}: {faults}.", "{name}: {faults}."),
    "prepared.shape": (
        "its shape is {shape:shape}, and {wanted:shape} was asked for",
        "su forma es {shape:shape} y se pedía {wanted:shape}",
    ),
    "prepared.dtype": ("its type is {dtype}, and {wanted} was asked for", "su tipo es {dtype} y se pedía {wanted}"),
    # images
    "prepared.images_right": (
        "{name} holds every image in the right shape, with values from {low:num} to {high:num}.",
        "{name} contiene todas las imágenes con la forma correcta y valores de {low:num} a {high:num}.",
    ),
    "prepared.not_scaled": (
        "the pixels are not scaled yet, they go from {least:num} to {most:num}",
        "los píxeles están sin escalar, van de {least:num} a {most:num}",
    ),
    "prepared.scaled_twice": (
        "the pixels were divided by 255 twice, the largest is {most:num}; perhaps a cell ran two times",
        "los píxeles se dividieron dos veces entre 255, el mayor es {most:num}; quizá una celda se ejecutó dos veces",
    ),
    "prepared.cut_to_whole_numbers": (
        "scaling cut the pixels to whole numbers, nearly all became 0: divide with / and keep a float type",
        "al escalar, los píxeles se cortaron a enteros y casi todos quedaron en 0: divide con / y conserva un tipo float",
    ),
    "prepared.all_the_same": (
        "all values are {value:num}; whole-number division (//) or a whole-number type does that",
        "todos los valores son {value:num}; eso pasa con la división entera (//) o con un tipo entero",
    ),
    "prepared.inverted": (
        "the images are negatives, black and white are exchanged",
        "las imágenes están en negativo, con el blanco y el negro intercambiados",
    ),
    "prepared.range": (
        "the values go from {least:num} to {most:num}, and {low:num} to {high:num} was asked for",
        "los valores van de {least:num} a {most:num} y se pedía de {low:num} a {high:num}",
    ),
    "prepared.transposed": (
        "rows and columns of each image are exchanged",
        "las filas y las columnas de cada imagen están intercambiadas",
    ),
    "prepared.not_finite": (
        "it holds values that are no numbers (NaN or infinite)",
        "contiene valores que no son números (NaN o infinitos)",
    ),
    "prepared.other_order": (
        "these are images of the {part}, but in another order, so they no longer fit their labels",
        "son imágenes del {part}, pero en otro orden, así que ya no corresponden a sus etiquetas",
    ),
    "prepared.other_part": ("these are images of the {part}", "son imágenes del {part}"),
    "prepared.no_images": (
        "its rows are not the images of the {part}, or their pixels were not all scaled alike",
        "sus filas no son las imágenes del {part}, o sus píxeles no se escalaron todos igual",
    ),
    # labels
    "prepared.one_hot_right": (
        "{name} has a single 1 in each row, in the column of the label.",
        "{name} tiene un único 1 en cada fila, en la columna de la etiqueta.",
    ),
    "prepared.plain_labels": (
        "it still holds one number per image, shape {shape:shape}; one-hot labels have the shape {wanted:shape}",
        "todavía contiene un número por imagen, forma {shape:shape}; las etiquetas one-hot tienen la forma {wanted:shape}",
    ),
    "prepared.not_one_hot": (
        "its rows are not one-hot: a single 1, the rest 0 (the rows add up to {least:num} to {most:num})",
        "sus filas no son one-hot, con un único 1 y el resto 0 (las filas suman de {least:num} a {most:num})",
    ),
    "prepared.ones_scaled": (
        "in place of 1 stands {peak:num}; labels are not scaled",
        "en lugar de 1 hay {peak:num}; las etiquetas no se escalan",
    ),
    "prepared.one_column": (
        "every row has its 1 in column {column:int}; perhaps the labels were divided before they were encoded",
        "todas las filas tienen el 1 en la columna {column:int}; quizá las etiquetas se dividieron antes de codificarlas",
    ),
    "prepared.other_labels": ("these are the labels of the {part}", "son las etiquetas del {part}"),
    "prepared.other_columns": (
        "the 1 stands in the column of the label in {share:pct} of the rows only",
        "el 1 está en la columna de la etiqueta solo en el {share:pct} de las filas",
    ),
    # counts
    "prepared.counts_right": (
        "{name} is right for every class, from {least:int} to {most:int} images.",
        "{name} es correcto en todas las clases, de {least:int} a {most:int} imágenes.",
    ),
    "prepared.counts_wrong": (
        "{wrong:int} of {n:int} counts {wrong:is not right, that|are not right, the first is that} of {digit:int}: {own:num}",
        "{wrong:int} de {n:int} recuentos no {wrong:es correcto, el|son correctos, el primero es el} del {digit:int}: {own:num}",
    ),
    "prepared.counts_order": (
        "the numbers are right, but not in the order of the classes from 0 to {last:int}",
        "los números son correctos, pero no están en el orden de las clases, de 0 a {last:int}",
    ),
    "prepared.counts_of": ("these are the counts of the {part}", "son los recuentos del {part}"),
}
