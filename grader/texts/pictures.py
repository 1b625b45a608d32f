"""What the checks say of the pictures in a notebook: key -> (English, Spanish)."""

TEXTS: dict[str, tuple[str, str]] = {
    "pictures.none": (
        "The notebook shows no picture: imshow was not called, or its picture was removed again.",
        "El cuaderno no muestra ninguna imagen: no se llamó a imshow, o la imagen se borró después.",
    ),
    "pictures.none_because": (
        "The notebook shows no picture: {reason} before one was drawn.",
        "El cuaderno no muestra ninguna imagen: {reason} antes de dibujarla.",
    ),
    # images of the data set
    "pictures.right_plain": (
        "{n:int image|images} of the data set {n:is|are} shown.",
        "Se {n:muestra|muestran} {n:int imagen|imágenes} del conjunto de datos.",
    ),
    "pictures.right_labelled": (
        "{n:int image|images} of the data set {n:is shown, with its label|are shown, each with its label}.",
        "Se {n:muestra|muestran} {n:int imagen|imágenes} del conjunto de datos, {n:con su etiqueta|cada una con su etiqueta}.",
    ),
    "pictures.too_few_plain": (
        "{found:int} of {n:int image is|images are} shown.",
        "Imágenes mostradas: {found:int} de {n:int}.",
    ),
    "pictures.too_few_labelled": (
        "{found:int} of {n:int image is|images are} shown with {n:its|their} label.",
        "Imágenes mostradas con su etiqueta: {found:int} de {n:int}.",
    ),
    "pictures.wrong_plain": (
        "{found:int} of {n:int image is|images are} shown. What was noticed: {faults}.",
        "Imágenes mostradas: {found:int} de {n:int}. Lo que se ha visto: {faults}.",
    ),
    "pictures.wrong_labelled": (
        "{found:int} of {n:int image is|images are} shown with {n:its|their} label. What was noticed: {faults}.",
        "Imágenes mostradas con su etiqueta: {found:int} de {n:int}. Lo que se ha visto: {faults}.",
    ),
    # what is wrong with one of them, as a clause
    "pictures.wrong_classes": (
        "{found:int} of {n:int classes is|classes are} shown with {n:its|their} label; each missing class costs twice its share. What was noticed: {faults}.",
        "Clases mostradas con su etiqueta: {found:int} de {n:int}; cada clase que falta cuesta el doble de su parte. Lo que se ha visto: {faults}.",
    ),
    "pictures.first_instead": (
        "these are the first {n:int} images of the set, not one of each class",
        "son las {n:int} primeras imágenes del conjunto, no una de cada clase",
    ),
    "pictures.classes_missing": (
        "classes without a labelled picture: {missing}",
        "clases sin una imagen con su etiqueta: {missing}",
    ),
    "pictures.clauses": ("{first}; {rest}", "{first}; {rest}"),
    "pictures.not_the_first": (
        "the right ones are not, in their order, the first {n:int} of the {part}",
        "las correctas no son, en su orden, las {n:int} primeras del {part}",
    ),
    "pictures.blank": (
        "picture {place:int} (in {cell:cell}) is blank, all its values are the same",
        "la imagen {place:int} (en {cell:cell}) está vacía, todos sus valores son iguales",
    ),
    "pictures.shape": (
        "picture {place:int} (in {cell:cell}), of shape {shape:shape}, shows no digit of (28, 28) and no enlarged one",
        "la imagen {place:int} (en {cell:cell}), de forma {shape:shape}, no muestra ningún dígito de (28, 28), tampoco ampliado",
    ),
    "pictures.no_image": (
        "picture {place:int} (in {cell:cell}) shows no image of the {part}",
        "la imagen {place:int} (en {cell:cell}) no muestra ninguna imagen del {part}",
    ),
    "pictures.other_part": (
        "picture {place:int} (in {cell:cell}) shows an image of the {part}",
        "la imagen {place:int} (en {cell:cell}) es del {part}",
    ),
    "pictures.no_label": (
        "picture {place:int} (in {cell:cell}) shows a {label:int} and has no label beside it",
        "la imagen {place:int} (en {cell:cell}) muestra un {label:int} y no lleva etiqueta",
    ),
    "pictures.wrong_label": (
        "picture {place:int} (in {cell:cell}) says {told:int}, it shows a {label:int}",
        "la imagen {place:int} (en {cell:cell}) dice {told:int} y muestra un {label:int}",
    ),
    "pictures.many_labels": (
        "picture {place:int} (in {cell:cell}) has many numbers beside it, its label (a {label:int}) does not stand out",
        "la imagen {place:int} (en {cell:cell}) lleva muchos números y no se distingue su etiqueta (un {label:int})",
    ),
    "pictures.set_any": ("data set", "conjunto de datos"),
    "pictures.set_train": ("training set", "conjunto de entrenamiento"),
    "pictures.set_test": ("test set", "conjunto de prueba"),
    # pictures of anything
    "pictures.right_any": (
        "{n:int picture is|different pictures are} shown.",
        "Se {n:muestra|muestran} {n:int imagen|imágenes distintas}.",
    ),
    "pictures.too_few_any": (
        "{found:int} of {n:int picture is|different pictures are} shown (blank ones: {blank:int}, without words beside them: {bare:int}).",
        "Imágenes distintas mostradas: {found:int} de {n:int} (vacías: {blank:int}, sin texto al lado: {bare:int}).",
    ),
    "pictures.right_parts": (
        "The three channels of the photo and the greys are shown.",
        "Se muestran los tres canales de la foto y los grises.",
    ),
    "pictures.too_few_parts": (
        "Right pictures: {found:int} of {n:int} (channels of the photo: {channels:int} of 3, different greys of it: {greys:int} of {wanted:int}, pictures without words beside them: {bare:int}).",
        "Imágenes correctas: {found:int} de {n:int} (canales de la foto: {channels:int} de 3, grises distintos de ella: {greys:int} de {wanted:int}, imágenes sin texto al lado: {bare:int}).",
    ),
    "pictures.right_arrays": (
        "All of them are shown: {names:list}.",
        "Se muestran todas: {names:list}.",
    ),
    "pictures.arrays_missing": (
        "No picture with words beside it shows {names:list} (pictures without words: {bare:int}).",
        "Ninguna imagen con texto al lado muestra {names:list} (imágenes sin texto: {bare:int}).",
    ),
    "pictures.other_channel": (
        "the picture in {cmap} shows {part}, and {wanted} was asked for",
        "la imagen en {cmap} muestra {part} y se pedía {wanted}",
    ),
    "pictures.part_red": ("the red channel of the photo", "el canal rojo de la foto"),
    "pictures.part_green": ("the green channel of the photo", "el canal verde de la foto"),
    "pictures.part_blue": ("the blue channel of the photo", "el canal azul de la foto"),
    "pictures.part_grey": ("a grey made of all three channels", "un gris hecho con los tres canales"),
    "pictures.part_none": ("something else than the photo", "otra cosa que la foto"),
    "pictures.right_cmaps": (
        "Each colour map shows a matrix of its own: {cmaps:list}.",
        "Cada mapa de color muestra su propia matriz: {cmaps:list}.",
    ),
    "pictures.wrong_cmaps": (
        "{found:int} of {n:int picture is|pictures are} right. What was noticed: {faults}.",
        "Imágenes correctas: {found:int} de {n:int}. Lo que se ha visto: {faults}.",
    ),
    "pictures.none_in": (
        "no picture of a matrix in {cmap} (a colour map colours the shape (H, W), not (H, W, 3))",
        "ninguna imagen de una matriz en {cmap} (un mapa de color colorea la forma (H, W), no (H, W, 3))",
    ),
    "pictures.blank_in": (
        "the picture in {cmap} is blank, all its values are the same",
        "la imagen en {cmap} está vacía, todos sus valores son iguales",
    ),
    "pictures.same_matrix": (
        "the picture in {cmap} shows the same matrix as the one in {other}",
        "la imagen en {cmap} muestra la misma matriz que la de {other}",
    ),
}
