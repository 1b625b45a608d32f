"""What is said about the files that were handed in: key -> (English, Spanish)."""

TEXTS: dict[str, tuple[str, str]] = {
    "collecting.cannot_open": (
        "The file {name} could not be opened ({reason}). Hand in the notebook itself.",
        "No se pudo abrir el archivo {name} ({reason}). Entrega el propio cuaderno.",
    ),
    "collecting.folder_closed": (
        "The folder {name} could not be opened ({reason}), so nothing in it was read.",
        "No se pudo abrir la carpeta {name} ({reason}) y no se ha leído nada de ella.",
    ),
    "collecting.changed": (
        "{name} changed while the class was being read. Grade it again.",
        "{name} cambió mientras se leía la clase. Vuelve a evaluarlo.",
    ),
    "collecting.too_deep": (
        "The folder {name} lies more than {limit:int} folders deep, so nothing in it was read. Hand in the notebook without the folders around it.",
        "La carpeta {name} está a más de {limit:int} carpetas de profundidad y no se ha leído nada de ella. Entrega el cuaderno sin las carpetas que lo rodean.",
    ),
    "collecting.too_many_entries": (
        "The folder {name} was not read: a hand-in may hold {limit:int} files at most. Hand in only the notebook and what it needs.",
        "No se ha leído la carpeta {name}: una entrega puede tener {limit:int} archivos como máximo. Entrega solo el cuaderno y lo que necesita.",
    ),
    "collecting.more_unread": (
        "{count:int further file|further files} of the hand-in {count:was|were} not read either.",
        "Tampoco se {count:ha|han} leído {count:int archivo|archivos} más de la entrega.",
    ),
    "collecting.twins": (
        "Some names differ only in capitals or accents; all of these files were kept: {names:list}.",
        "Algunos nombres solo se distinguen en mayúsculas o acentos; se han conservado todos estos archivos: {names:list}.",
    ),
    "collecting.not_a_file": (
        "{name} is not an ordinary file, so it was not read. Hand in the notebook itself.",
        "{name} no es un archivo normal y no se ha leído. Entrega el propio cuaderno.",
    ),
    "collecting.hard_link": (
        "{name} shares its content with another file on the disk (a hard link), so it was not read. Hand in a copy.",
        "{name} comparte su contenido con otro archivo del disco (un enlace duro) y no se ha leído. Entrega una copia.",
    ),
    "collecting.too_large": (
        "{name} has {size:int} MB; at most {limit:int} MB are read. Clear the outputs and hand it in again.",
        "{name} ocupa {size:int} MB; se leen {limit:int} MB como máximo. Borra las salidas y entrégalo de nuevo.",
    ),
    "collecting.too_many_files": (
        "Only the first {limit:int} files of the hand-in were read.",
        "Solo se han leído los primeros {limit:int} archivos de la entrega.",
    ),
    "collecting.link": (
        "{name} is a link, and links are not followed. Hand in the notebook itself (.ipynb).",
        "{name} es un enlace y los enlaces no se siguen. Entrega el propio cuaderno (.ipynb).",
    ),
    "collecting.zip_empty": (
        "The zip {name} is empty. Pack the notebook and hand it in again.",
        "El zip {name} está vacío. Comprime el cuaderno y entrégalo de nuevo.",
    ),
    "collecting.zip_in_zip": (
        "There is no notebook (.ipynb) in the zip, only further archives, which are not opened: {names:list}. Unpack the outer zip, or hand in the notebook itself.",
        "En el zip no hay ningún cuaderno (.ipynb), solo otros archivos comprimidos, que no se abren: {names:list}. Descomprime el zip exterior o entrega el propio cuaderno.",
    ),
    "collecting.zip_not_a_zip": (
        "{name} does not begin like a zip: it is of another kind, or something was put before it. Pack it again as a .zip.",
        "{name} no empieza como un zip: es de otro tipo o se le ha añadido algo delante. Comprímelo de nuevo como .zip.",
    ),
    "collecting.zip_no_end": (
        "{name} does not end like a zip: its upload was cut off, or something was added behind it. Pack it again and send it again.",
        "{name} no termina como un zip: la subida se interrumpió o se le ha añadido algo detrás. Comprímelo y envíalo de nuevo.",
    ),
    "collecting.zip_damaged": (
        "The list of files in {name} is damaged, so it was not read. Pack it again and send it again.",
        "La lista de archivos de {name} está dañada y no se ha leído. Comprímelo y envíalo de nuevo.",
    ),
    "collecting.zip_overlap": (
        "In {name} several files claim the same bytes, which no packing program writes, so it was not read. Pack it again and send it again.",
        "En {name} varios archivos ocupan los mismos bytes, algo que ningún programa escribe, y no se ha leído. Comprímelo y envíalo de nuevo.",
    ),
    "collecting.zip_too_many": (
        "{name} holds {count:int} files and folders; at most {limit:int} are read. Pack only what is handed in.",
        "{name} contiene {count:int} archivos y carpetas; se leen {limit:int} como máximo. Comprime solo lo que se entrega.",
    ),
    "collecting.zip_bomb": (
        "The files in {name} would take {size:int} MB but are packed into {packed:num} MB, so they were not read. Pack only the notebook and what it needs.",
        "Los archivos de {name} ocuparían {size:int} MB pero están comprimidos en {packed:num} MB, así que no se han leído. Comprime solo el cuaderno y lo que necesita.",
    ),
    "collecting.zip_name_outside": (
        "{name} holds the name {member}, which leads out of the zip, so it was not read. Pack the folder of the notebook again.",
        "{name} contiene el nombre {member}, que lleva fuera del zip, y no se ha leído. Comprime de nuevo la carpeta del cuaderno.",
    ),
    "collecting.zip_name_backslash": (
        "{name} holds the name {member}, in which a backslash stands beside other separators, so it was not read. Pack the folder again with the zip program of your system.",
        "{name} contiene el nombre {member}, en el que hay una barra invertida junto a otros separadores, y no se ha leído. Comprime la carpeta de nuevo con el programa zip de tu sistema.",
    ),
    "collecting.zip_name_nul": (
        "{name} holds the name {member} with a character that no file name can have, so it was not read. Rename the file and pack it again.",
        "{name} contiene el nombre {member} con un carácter que ningún nombre de archivo puede tener, y no se ha leído. Cambia el nombre y comprímelo de nuevo.",
    ),
    "collecting.zip_name_long": (
        "{name} holds a name that is longer than disks allow, {member}, so it was not read. Give the file a shorter name and pack it again.",
        "{name} contiene un nombre más largo de lo que admiten los discos, {member}, y no se ha leído. Pon al archivo un nombre más corto y comprímelo de nuevo.",
    ),
    "collecting.zip_twice": (
        "{name} holds {member} twice, and nobody can tell which one counts. Pack the folder again.",
        "{name} contiene {member} dos veces y no se puede saber cuál cuenta. Comprime la carpeta de nuevo.",
    ),
    "collecting.zip_link": (
        "In {name}, {member} is a link or another special file, so it was not read. Pack the files themselves.",
        "En {name}, {member} es un enlace u otro archivo especial y no se ha leído. Comprime los propios archivos.",
    ),
    "collecting.zip_encrypted": (
        "In {name}, {member} is protected by a password. Pack it again without one.",
        "En {name}, {member} está protegido con contraseña. Comprímelo de nuevo sin ella.",
    ),
    "collecting.zip_method": (
        "In {name}, {member} is packed in a way that is not read (method {method}). Pack it as an ordinary .zip, with «Deflate».",
        "En {name}, {member} está comprimido de un modo que no se lee (método {method}). Comprímelo como .zip normal, con «Deflate».",
    ),
    "collecting.zip_member_damaged": (
        "In {name}, {member} is damaged: its content is not what the zip says of it. Pack it again and send it again.",
        "En {name}, {member} está dañado: su contenido no es lo que dice el zip. Comprímelo y envíalo de nuevo.",
    ),
    "collecting.no_notebook": (
        "There is no notebook (.ipynb) or module (.py) in the hand-in; it holds: {names:list}.",
        "En la entrega no hay ningún cuaderno (.ipynb) ni módulo (.py); contiene: {names:list}.",
    ),
    "collecting.missing": ("Nothing was handed in.", "No se ha entregado nada."),
    "collecting.duplicate": (
        "Two hand-ins carry the id {student}; this is {origin}. A person must decide which one counts.",
        "Hay dos entregas con el identificador {student}; esta es {origin}. Una persona debe decidir cuál cuenta.",
    ),
    "collecting.same_hand_in": (
        "The same notebook, byte for byte, was handed in more often in this class (others: {others:int}); it was run once for all.",
        "El mismo cuaderno, byte a byte, se entregó más veces en esta clase (otras: {others:int}); se ejecutó una sola vez para todas.",
    ),
    "collecting.looks_like": (
        "The id {student} looks like {others:list} and is another one: letters of another alphabet or characters that are not seen tell them apart.",
        "El identificador {student} se parece a {others:list} y es otro: los distinguen letras de otro alfabeto o caracteres que no se ven.",
    ),
    "collecting.unknown": (
        "{student} is not on the class list.",
        "{student} no está en la lista de la clase.",
    ),
    "collecting.others": (
        "{chosen} was graded. Not used: {others:list}.",
        "Se ha evaluado {chosen}. Sin usar: {others:list}.",
    ),
    "collecting.rivals": (
        "{chosen} was graded; the student may have meant another file: {rivals:list}.",
        "Se ha evaluado {chosen}; puede que la entrega fuera otro archivo: {rivals:list}.",
    ),
    "collecting.typed": (
        "{name} is text that was typed into the platform's page; there is no notebook. Submit the notebook (.ipynb) as a file.",
        "{name} es texto escrito en la página de la plataforma; no hay ningún cuaderno. Entrega el cuaderno (.ipynb) como archivo.",
    ),
    "collecting.stranger": (
        "{name} is not a notebook, a module or a zip, and nobody on the roster has its name.",
        "{name} no es un cuaderno, ni un módulo, ni un zip, y nadie de la lista tiene su nombre.",
    ),
    "collecting.handout": (
        "{name} is the handout as it was given out.",
        "{name} es el enunciado tal como se repartió.",
    ),
    "collecting.untouched": (
        "{name} is the handout as it was given: nothing was filled in. If you solved it, submit the notebook with your work.",
        "{name} es el enunciado tal como se repartió: no se ha rellenado nada. Si lo resolviste, entrega el cuaderno con tu trabajo.",
    ),
    "collecting.stray": (
        "{name} is not a notebook, a module or a zip.",
        "{name} no es un cuaderno, ni un módulo, ni un zip.",
    ),
    "collecting.read_as_class": (
        "The folder {name} was read as a class of {count:int}: {names:list}. If it is one student's submission, use --student.",
        "La carpeta {name} se ha leído como una clase de {count:int}: {names:list}. Si es la entrega de una sola persona, usa --student.",
    ),
    "collecting.read_as_student": (
        "The folder {name} was read as the submission of one student. If it holds a class, use --class.",
        "La carpeta {name} se ha leído como la entrega de una sola persona. Si contiene una clase, usa --class.",
    ),
    "collecting.matched": (
        "{origin} was matched to {student} by {reason:word}.",
        "{origin} se ha asignado a {student} por {reason:word}.",
    ),
    "collecting.ambiguous": (
        "{student} may be {people:list} on the roster, but that is not certain. A teacher must decide.",
        "{student} puede ser {people:list} de la lista, pero no es seguro. Debe decidirlo un docente.",
    ),
    "collecting.other_data": (
        "Graded on the data set {used}, not on {wanted}: accuracies are those of {used}.",
        "Evaluado con el conjunto de datos {used}, no con {wanted}: las exactitudes son las de {used}.",
    ),
}
