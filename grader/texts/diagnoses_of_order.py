"""Causes and cures of names without a value and of what an earlier failure brought about: (English, Spanish)."""

FIRST = ("Fix {first:cell} first.", "Arregla primero {first:cell}.")

TEXTS: dict[str, tuple[str, str]] = {
    # what follows from an earlier failure
    "diagnoses.follows": (
        "`{name}` does not exist, because {first:cell} failed.",
        "`{name}` no existe, porque falló {first:cell}.",
    ),
    "diagnoses.follows.cure": FIRST,
    "diagnoses.follows_star": (
        "`{name}` may be missing because {first:cell} failed: `from {module} import *` did not run.",
        "Puede que falte `{name}` porque falló {first:cell}: no se ejecutó `from {module} import *`.",
    ),
    "diagnoses.follows_star.cure": FIRST,
    "diagnoses.stale": (
        "`{name}` still has its old value, because {first:cell} failed.",
        "`{name}` sigue con su valor anterior, porque falló {first:cell}.",
    ),
    "diagnoses.stale.cure": FIRST,
    "diagnoses.depends": (
        "`{name}` depends on {first:cell}, which failed.",
        "`{name}` depende de {first:cell}, que falló.",
    ),
    "diagnoses.depends.cure": FIRST,
    "diagnoses.unfinished": (
        "`{name}` is not finished, because {first:cell} failed.",
        "`{name}` está sin terminar, porque falló {first:cell}.",
    ),
    "diagnoses.unfinished.cure": FIRST,
    "diagnoses.untrained": (
        "`{name}` is not trained, because {first:cell} failed.",
        "`{name}` está sin entrenar, porque falló {first:cell}.",
    ),
    "diagnoses.untrained.cure": FIRST,
    "diagnoses.compile_failed": (
        "The model is not compiled, because {first:cell} failed.",
        "El modelo está sin compilar, porque falló {first:cell}.",
    ),
    "diagnoses.compile_failed.cure": FIRST,
    "diagnoses.file_follows": (
        "The file `{name}` does not exist, because {first:cell} failed.",
        "El archivo `{name}` no existe, porque falló {first:cell}.",
    ),
    "diagnoses.file_follows.cure": FIRST,
    "diagnoses.same_cause": (
        "This cell fails for the same reason as {first:cell}.",
        "Esta celda falla por la misma razón que {first:cell}.",
    ),
    "diagnoses.same_cause.cure": (
        "Fix {first:cell} first; this cell may need the same change.",
        "Arregla primero {first:cell}; puede que esta necesite el mismo cambio.",
    ),
    # names without a value
    "diagnoses.made_later": (
        "`{name}` is made only in {later:cell}, further below: here the cells ran from top to bottom.",
        "`{name}` se crea más abajo, en {later:cell}: aquí las celdas se ejecutaron de arriba abajo.",
    ),
    "diagnoses.made_later.cure": (
        "Move that cell up; then try Restart and Run All.",
        "Sube esa celda; después prueba con Reiniciar y ejecutar todo.",
    ),
    "diagnoses.made_below": (
        "`{name}` is made only further below in this cell.",
        "`{name}` se crea más abajo en esta misma celda.",
    ),
    "diagnoses.made_below.cure": (
        "Move the line that makes `{name}` above the line shown.",
        "Sube la línea que crea `{name}` por encima de la línea mostrada.",
    ),
    "diagnoses.deleted": (
        "`{name}` no longer exists: {earlier:cell} deletes it with `del`.",
        "`{name}` ya no existe: {earlier:cell} lo borra con `del`.",
    ),
    "diagnoses.deleted.cure": (
        "Remove that `del`, or give `{name}` a value again.",
        "Quita ese `del`, o vuelve a dar un valor a `{name}`.",
    ),
    "diagnoses.not_reached": (
        "A line in {earlier:cell} makes `{name}`, but that line did not run.",
        "Una línea de {earlier:cell} crea `{name}`, pero esa línea no se ejecutó.",
    ),
    "diagnoses.not_reached.cure": (
        "Look at what decides whether it runs: an `if`, a loop, a `try`, or a function that nobody calls.",
        "Mira qué decide si se ejecuta: un `if`, un bucle, un `try` o una función que nadie llama.",
    ),
    "diagnoses.not_imported": ("`{name}` was not imported.", "No se importó `{name}`."),
    "diagnoses.not_imported.cure": (
        "Write `{today}` in the first cell.",
        "Escribe `{today}` en la primera celda.",
    ),
    "diagnoses.did_you_mean": (
        "Nothing in the notebook makes `{name}`, but {near_cell:cell} makes `{near}`.",
        "Nada en el cuaderno crea `{name}`, pero {near_cell:cell} crea `{near}`.",
    ),
    "diagnoses.did_you_mean.cure": (
        "If you mean `{near}`, write it exactly so.",
        "Si te refieres a `{near}`, escríbelo exactamente así.",
    ),
    "diagnoses.python_name": (
        "Python does not know `{name}`; it knows `{near}`.",
        "Python no conoce `{name}`; conoce `{near}`.",
    ),
    "diagnoses.python_name.cure": ("Write `{near}`.", "Escribe `{near}`."),
    "diagnoses.local_to_function": (
        "`{name}` exists only inside the function `{owner}` ({earlier:cell}).",
        "`{name}` solo existe dentro de la función `{owner}` ({earlier:cell}).",
    ),
    "diagnoses.local_to_function.cure": (
        "Let the function return it: `return {name}`, and outside `{name} = {owner}(...)`.",
        "Haz que la función lo devuelva: `return {name}`, y fuera `{name} = {owner}(...)`.",
    ),
    "diagnoses.local_to_class": (
        "`{name}` exists only inside the class `{owner}` ({earlier:cell}).",
        "`{name}` solo existe dentro de la clase `{owner}` ({earlier:cell}).",
    ),
    "diagnoses.local_to_class.cure": ("Write `{owner}.{name}`.", "Escribe `{owner}.{name}`."),
    "diagnoses.local_to_comprehension": (
        "`{name}` exists only inside the brackets in which it stands ({earlier:cell}).",
        "`{name}` solo existe dentro de los corchetes en los que está ({earlier:cell}).",
    ),
    "diagnoses.local_to_comprehension.cure": (
        "Use it inside those brackets, or write a `for` loop.",
        "Úsalo dentro de esos corchetes, o escribe un bucle `for`.",
    ),
    "diagnoses.no_first_value": (
        "`{name}` has no value yet: this line makes it from its own old value.",
        "`{name}` aún no tiene valor: esta línea lo crea a partir de su propio valor anterior.",
    ),
    "diagnoses.no_first_value.cure": (
        "Give `{name}` a first value above this line.",
        "Da un primer valor a `{name}` antes de esta línea.",
    ),
    "diagnoses.never_made": (
        "Nothing in the notebook makes `{name}`: it is misspelt, or the cell that made it was deleted.",
        "Nada en el cuaderno crea `{name}`: está mal escrito, o se borró la celda que lo creaba.",
    ),
    "diagnoses.never_made.cure": (
        "Look at the spelling; then try Restart and Run All before you submit.",
        "Revisa cómo se escribe; después prueba con Reiniciar y ejecutar todo antes de entregar.",
    ),
}
