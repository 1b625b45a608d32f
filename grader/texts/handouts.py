"""What stands in handouts beside the teacher's own words: key -> (English, Spanish)."""

TEXTS: dict[str, tuple[str, str]] = {
    "handouts.todo": (
        "Your code goes here: write it, then delete this line.",
        "Aquí va tu código: escríbelo y después borra esta línea.",
    ),
    "handouts.looked_at": ("what is looked at", "qué se mira"),
    "handouts.points": ("points", "puntos"),
    "handouts.total": ("Total", "Total"),
    "handouts.other_checks": ("Other checks", "Otras comprobaciones"),
}
