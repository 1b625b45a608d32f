"""Which option of a question was meant: by its letter in any dress, or by the option's own words.

Own words are the whole text of one option, its beginning, or a piece of it, in any language of the course. A keyword
alone is none: "it is not overfitting" holds the word. What fits no option, or more than one, is not guessed at.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from grader.records import message
from grader.scoring import answers
from grader.scoring.answers import Unreadable

Options = Mapping[str, Sequence[str]]
"""The options of a question, letter -> its texts in all languages (none known: an empty sequence)."""

OPENING_WORDS = 2  # that an option's beginning needs to be known by, where it does not end a clause
PIECE_WORDS = 3  # that a piece from the middle of an option needs
_VOWELS = "aeiouy"  # letters that are words: "a network", "y luego"
_BEFORE = frozenset(
    """
    opcion option letra letter respuesta answer choice inciso literal alternativa apartado correcta correcto correct
    right solution solucion la el lo es the is it s my mi that creo que pienso diria think i believe would say
    elijo elegi choose chose marco seria sera number numero
    """.split()
)
# Words at the beginning of an option, or of what was typed, that say nothing of their own.
_FILLERS = frozenset(
    """
    because porque por que that since ya debido a al to due so para it is s its there the an of in on el la los las lo
    un una unos unas es son esta se de del en hay indica indican senala senalan signals signal means significa
    """.split()
)
_NOT = frozenset("no not nor ni sin never nunca tampoco without isn doesn don aren".split())
_JOINS = frozenset("y o or and e u".split())
_BECAUSE = r"(?:porque|por\s+que|because|since|ya\s+que|pues|as|dado\s+que|debido)\b"
_WORD = re.compile(r"[^\W_]+|%")
_CLAUSE = re.compile(r"[:;,.()]|\s[-\N{EN DASH}\N{EM DASH}]\s")
_ALONE = re.compile(r"(?<![^\W_])[a-z](?![^\W_])")


def read(typed: Any, options: Options) -> str | Unreadable:
    """The option that was meant, as ``options`` calls it; a single letter that is none of them as that letter."""
    value = answers.alone(typed)
    if isinstance(value, Unreadable):
        return value
    if isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value):
        value = ", ".join(value)
    by_letter = any(len(option) == 1 for option in options)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)) or not str(value).strip():
        return _unread(typed, by_letter)
    text = _bare(str(value)[: answers.TEXT_CAP])
    named = {answers.plain(option): option for option in options}
    whole = answers.plain(text)
    if whole in named:
        return named[whole]
    if not by_letter:
        return _by_words(text, {option: [option, *texts] for option, texts in options.items()}) or whole
    letter = _letter(text, set(named))
    if letter is not None:
        return named.get(letter, letter)
    return _by_words(text, options) or _unread(typed, by_letter)


def _unread(typed: Any, by_letter: bool) -> Unreadable:
    key = "checks.answer_no_option" if by_letter else "checks.answer_no_word"
    return Unreadable(message(key, typed=answers.shown(typed)))


def _bare(text: str) -> str:
    """Text in lower case without accents, its signs kept."""
    split = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in split if not unicodedata.combining(letter))


# ---------------------------------------------------------------- by letter


def _letter(text: str, known: set[str]) -> str | None:
    """The one letter that was chosen; None without one, and where several are named ("a or b")."""
    words = _WORD.findall(text)
    if len(words) > 1 and set(words) <= known | _JOINS:
        return None
    for found in _ALONE.finditer(text):
        letter, behind = found[0], text[found.end() :]
        before = _WORD.findall(text[: found.start()])
        if not set(before) <= _BEFORE:
            return None
        is_option = letter in known or (len(words) == 1 and not before)
        if is_option and _ends_there(letter, behind):
            return letter
    return None


def _ends_there(letter: str, behind: str) -> bool:
    """Whether the letter stands for an option, whatever is said behind it, and is no word of a sentence."""
    rest = behind.lstrip(" \"'»")
    if not rest or not (rest[0].isalnum() or rest[0] in "¿("):
        return True
    if next(iter(_WORD.findall(rest)), "") in _NOT:
        return False
    return letter not in _VOWELS or rest[0] == "(" or re.match(_BECAUSE, rest) is not None


# ---------------------------------------------------------------- by its words


def _by_words(text: str, options: Options) -> str | None:
    """The one option whose words these are; the whole of one goes before parts of others."""
    own = _tokens(text)
    if not own:
        return None
    told = {option: [_bare(one) for one in texts] for option, texts in options.items()}
    for fits in (_is_whole, _is_opening, _is_piece):
        found = [option for option, texts in told.items() if any(fits(text, own, one) for one in texts)]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _tokens(text: str) -> list[str]:
    """The words of a text without the fillers at its beginning, × written as x."""
    words = _WORD.findall(text.replace("×", "x"))
    first = next((at for at, word in enumerate(words) if word not in _FILLERS), len(words))
    return words[first:]


def _is_whole(text: str, own: Sequence[str], option: str) -> bool:
    return "".join(own) == "".join(_tokens(option))


def _is_opening(text: str, own: Sequence[str], option: str) -> bool:
    """Whether the option begins so, or both begin with the same clause: "overfitting: it learns by heart"."""
    words, head = _tokens(option), _head(option)
    if "".join(_head(text)) == "".join(head):
        return True
    return len(own) >= OPENING_WORDS and words[: len(own)] == list(own)


def _head(text: str) -> list[str]:
    """The words of the first clause."""
    ends = [found.start() for found in (_CLAUSE.search(text), re.search(rf"\s{_BECAUSE}", text)) if found]
    return _tokens(text[: min(ends)]) if ends and _tokens(text[: min(ends)]) else _tokens(text)


def _is_piece(text: str, own: Sequence[str], option: str) -> bool:
    """Whether the option holds these words one after the other, and no "not" stands before them."""
    words = _WORD.findall(option.replace("×", "x"))
    if len(own) < PIECE_WORDS:
        return False
    starts = [at for at in range(len(words) - len(own) + 1) if words[at : at + len(own)] == list(own)]
    return any(not (at and words[at - 1] in _NOT) for at in starts)
