"""A module in parts: where it is split, that nothing is lost, and that every part keeps its lines."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.evidence.preparing.modules import PARSED_CAP, STATEMENTS_CAP, Split, split


def of(text: str) -> Split:
    return split(dedent(text).lstrip("\n"))


def sources(found: Split) -> list[str]:
    return [part.source.strip() for part in found.parts]


def test_every_statement_is_a_part_and_what_stands_before_it_goes_along() -> None:
    found = of('''
        #!/usr/bin/env python
        """What it is about."""
        from __future__ import annotations
        import keras
        import seaborn

        # the network
        @decorated
        def f(x):
            return x
            # the end of f

        a = 1; b = 2; c = (3,
             4)
        d = 5
        # the end
    ''')
    assert found.is_script
    assert sources(found) == [
        '#!/usr/bin/env python\n"""What it is about."""\nfrom __future__ import annotations',
        "import keras",
        "import seaborn",
        "# the network\n@decorated\ndef f(x):\n    return x",
        "a = 1; b = 2; c = (3,\n     4)",
        "d = 5\n# the end",
    ]
    assert [part.line for part in found.parts] == [1, 4, 5, 7, 13, 15]


def test_the_main_part_is_split_and_keeps_its_texts_and_lines() -> None:
    found = of('''
        import keras


        if __name__ == "__main__":  # as a program
            x = 1

            text = """
        a
            b"""
            print(text)
    ''')
    assert sources(found) == [
        "import keras",
        'if __name__ == "__main__":  # as a program\n    x = 1',
        'if __name__ == "__main__":\n\n    text = """\na\n    b"""',
        'if __name__ == "__main__":\n    print(text)',
    ]
    text = "".join(f"{part.shown}\n" for part in found.parts).split("\n")
    for part in found.parts[2:]:
        last = part.source.rstrip("\n").count("\n")
        assert text[part.line + last - 1] == part.source.rstrip("\n").split("\n")[-1]


@pytest.mark.parametrize(
    "text",
    [
        "if __name__ == '__main__':\n    a\n    b\nelse:\n    c\n",
        "if __name__ == '__main__': a; b\n",
        "if __name__ == 'main':\n    a\n    b\n",
        "if name == '__main__':\n    a\n    b\n",
        "if debug:\n    a\n    b\n",
        "try:\n    a\nexcept E:\n    b\n",
    ],
)
def test_another_block_is_one_part(text: str) -> None:
    assert sources(split(f"x = 1\n{text}")) == ["x = 1", text.strip()]


@pytest.mark.parametrize("mark", ["# %%", "#%%", "# %% Load the data", "# In[3]:", "# In[ ]:", "# <codecell>",
                                  "# COMMAND ----------", '# %% id="a1"'])  # fmt: skip
def test_exports_are_split_at_the_marks_of_their_cells(mark: str) -> None:
    found = split(f"{mark}\nimport a\nimport b\n\n{mark}\nx = 1\n")
    assert not found.is_script
    assert [(part.kind, part.source, part.line) for part in found.parts] == [
        ("code", f"{mark}\nimport a\nimport b\n", 1),
        ("code", f"{mark}\nx = 1\n", 5),
    ]


def test_text_cells_of_an_export_are_text_and_code_in_one_runs() -> None:
    found = of('''
        # ---
        # jupyter:
        #   jupytext: {}
        # ---

        # %% [markdown]
        # # Title
        #
        # More
        # %%
        x = 1
        # %% [markdown]
        """
        As a string
        """
        # %% [markdown]
        # forgot the mark
        y = 2
    ''')
    assert [(part.kind, part.shown) for part in found.parts] == [
        ("raw", "# ---\n# jupyter:\n#   jupytext: {}\n# ---\n"),
        ("markdown", "# Title\n\nMore"),
        ("code", "# %%\nx = 1"),
        ("markdown", "As a string"),
        ("code", "# %% [markdown]\n# forgot the mark\ny = 2\n"),
    ]


def test_what_only_looks_like_a_mark_is_none() -> None:
    inside = split('a = """\n# %%\n"""\ndef f():\n    b = 1\n# %%\n    return b\n# %% once\nc = 1\n')
    assert sources(inside) == ['a = """\n# %%\n"""\ndef f():\n    b = 1\n# %%\n    return b', "# %% once\nc = 1"]
    magics = split("# %%timeit\nx = 1\n# ---\ny = 2\n")
    assert (magics.is_script, sources(magics)) == (True, ["# %%timeit\nx = 1", "# ---\ny = 2"])
    alone = split("# %%\nx = 1\ny = 2\n")
    assert (alone.is_script, sources(alone)) == (True, ["# %%\nx = 1", "y = 2"])


def test_lines_for_ipython_do_not_stand_in_the_way() -> None:
    found = split("!pip install a \\\n  b\nimport keras\n%matplotlib inline\npip install c\nx = 1\n")
    assert sources(found) == [
        "!pip install a \\\n  b",
        "import keras",
        "%matplotlib inline",
        "pip install c",
        "x = 1",
    ]


def test_with_marks_the_cells_that_can_be_read_run_and_without_nothing_is_split() -> None:
    broken = "x = 1\n{}\ny = = 2\n{}\nz = 3\n"
    assert len(split(broken.format("# %%", "# %%")).parts) == 3
    assert sources(split(broken.format("", ""))) == [broken.format("", "").strip()]
    indented = "    x = 1\n    y = 2\n"
    assert sources(split(indented)) == [indented.strip()]


def test_of_thousands_of_statements_several_run_together() -> None:
    text = "".join(f"x{number} = {number}\n" for number in range(3_000))
    found = split(text + "if __name__ == '__main__':\n    a\n    b\n")
    assert 100 < len(found.parts) <= STATEMENTS_CAP
    assert found.parts[-1].source.endswith("if __name__ == '__main__':\n    a\n    b\n")


@pytest.mark.parametrize("text", [
    "(" * 90_000, "[" * 5_000 + "]" * 5_000, "x = " + "-" * 90_000 + "1", "a.b" * 40_000, "# %%\n" * 39_000,
    "# %%\nx\n" * 20_000, "if x:\n" * 3, "\0", "x = 1\n" * (PARSED_CAP // 6 + 1), "", "\n", "# %%", "%%time", "'''",
    "\x0cx = 1\n\x0cy = 2\n", "x = '\\d'\ny = 1 is 1\n",
])  # fmt: skip
def test_hostile_texts_are_split_or_stay_whole(text: str) -> None:
    assert split(text).parts


LINES = st.sampled_from([
    "x = 1", "", "  ", "# note", "    # note", "# %%", "# In[2]:", "# %% [markdown]", "def f():", "    return 1", "'a'",
    "if __name__ == '__main__':", "    y = 2", '    """', '"""', "@d", "else:", "a; b", "!ls", "for i in x:", "z = (",
    ")",
])  # fmt: skip


@given(st.lists(LINES, max_size=25).map("\n".join))
def test_no_line_is_lost_and_each_stands_where_it_stood(text: str) -> None:
    lines = text.split("\n")
    found = split(text)
    code = [part for part in found.parts if part.kind == "code"]
    for part in code:
        kept = part.source.split("\n")
        start = 1 if kept[0] == 'if __name__ == "__main__":' else 0
        assert kept[start:] == lines[part.line - 1 + start : part.line - 1 + len(kept)]
    if all(part.kind != "markdown" for part in found.parts):
        assert "\n".join(part.shown for part in found.parts) == text
    if found.is_script and len(code) > 1:  # what runs is what the module says
        for part in code:
            _ = ast.parse("" if "!ls" in part.source else part.source)
