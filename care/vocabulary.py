"""Finds concepts in free text by their words, in any form, spelling and order, without negated ones.

A concept is a set of words and phrases in English and German (`Words`). Forms of a word are matched by stem (Snowball),
a German word also inside a compound; an unknown word is taken for the known one that it may be a misspelling of.
Nothing here knows what a concept is used for.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, lru_cache
from unicodedata import normalize

import snowballstemmer
from pydantic import TypeAdapter

from legato.care.record import Record
from legato.care.yaml_files import load_builtin

MAX_GAP = 2
"""The most words between those of a phrase: "catch my breath" still matches "catch breath"."""

MIN_COMPOUND_PART = 5
"""A German stem at least this long is also found in a compound: "schwellung" in "Beinschwellung"."""

MIN_MISSPELT = 6
"""Words at least this long also match misspelt; in shorter ones a typo makes another word (cold, could)."""

MIN_SIMILARITY = 0.82
"""How similar a misspelt word must be: one letter of six missing, doubled or swapped."""

MAX_NEGATED = 2
"""The most words in a row that a negator negates ("no leg pain"); people often write without commas."""

ASIDE = "aside"
"""The concept for phrases in which the words mean something else: "a hot day", "right after"."""

_ENGLISH, _GERMAN = snowballstemmer.stemmer("english"), snowballstemmer.stemmer("german")


class Words(Record):
    """Words and phrases for one concept; `=leg` matches only that exact form (not "legs")."""

    en: tuple[str, ...] = ()
    de: tuple[str, ...] = ()


class Language(Record):
    """The words that express negation, see `language.yaml`."""

    negators: frozenset[str]
    light: frozenset[str]
    others: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Token:
    """A word as it is written, or a comma."""

    text: str
    en: str
    de: str


@dataclass(frozen=True, slots=True)
class _Pattern:
    concept: str
    parts: tuple[str, ...]
    is_german: bool


@dataclass(frozen=True, slots=True)
class _Mention:
    concept: str
    at: tuple[int, ...]


class Vocabulary:
    """The words of all concepts, prepared for matching."""

    def __init__(self, concepts: Mapping[str, Words]) -> None:
        self._patterns = [p for name, words in concepts.items() for p in _patterns(name, words)]
        english = {part for words in concepts.values() for part in _parts(words.en)}
        german = {part for words in concepts.values() for part in _parts(words.de)}
        self._english = frozenset(_token(word).en for word in english)
        self._german = frozenset(_token(word).de for word in german)
        self._correctable = sorted(word for word in english | german if len(word) >= MIN_MISSPELT)
        self._without_doubles = {_without_doubles(word): word for word in sorted(english | german)}

    def sentences(self, text: str) -> tuple[frozenset[str], ...]:
        """For each sentence of `text`, the concepts that it affirms."""
        composed = normalize("NFC", text).casefold()
        return tuple(self._affirmed(sentence) for sentence in re.split(r"[.;:!?\n]+", composed))

    def _affirmed(self, sentence: str) -> frozenset[str]:
        tokens = [_token(self._corrected(word)) for word in _split(sentence)]
        mentions = self._mentions(tokens)
        negated = _negated(tokens, mentions)
        return frozenset(m.concept for m in mentions if negated.isdisjoint(m.at) and m.concept != ASIDE)

    def _mentions(self, tokens: Sequence[_Token]) -> list[_Mention]:
        """The concepts mentioned, and where; words of an aside match nothing else, except a phrase with all of them."""
        found = [_Mention(p.concept, at) for p in self._patterns for at in _matches_in(p, tokens)]
        asides = [frozenset(m.at) for m in found if m.concept == ASIDE]
        return [
            m for m in found if m.concept == ASIDE or all(a.isdisjoint(m.at) or a <= frozenset(m.at) for a in asides)
        ]

    def _corrected(self, word: str) -> str:
        """The known word for a misspelt one: first by doubled letters, which is seldom wrong, then by similarity."""
        if self._is_known(_token(word)):
            return word
        if known := self._without_doubles.get(_without_doubles(word)):
            return known
        if len(word) < MIN_MISSPELT - 1:
            return word
        like = [known for known in self._correctable if known[0] == word[0]]
        return next(iter(get_close_matches(word, like, n=1, cutoff=MIN_SIMILARITY)), word)

    def _is_known(self, token: _Token) -> bool:
        return token.en in self._english or token.de in self._german


def _split(sentence: str) -> list[str]:
    """The words, without apostrophes, and the commas."""
    return re.findall(r"[^\W\d_]+|,", re.sub(r"(?<=\w)['’`´](?=\w)", "", sentence))


def _without_doubles(word: str) -> str:
    """The word without doubled letters, the most common mistake."""
    return re.sub(r"(.)\1+", r"\1", word)


@lru_cache(maxsize=8192)  # a service processes many words
def _token(word: str) -> _Token:
    return _Token(word, _ENGLISH.stemWord(word), _GERMAN.stemWord(word))


def _parts(phrases: Sequence[str]) -> Iterator[str]:
    for phrase in phrases:
        yield from phrase.casefold().replace("=", "").split()


def _patterns(concept: str, words: Words) -> Iterator[_Pattern]:
    for phrases, is_german in ((words.en, False), (words.de, True)):
        for phrase in phrases:
            parts = tuple(part if part[0] == "=" else _stem(part, is_german) for part in phrase.casefold().split())
            yield _Pattern(concept, parts, is_german)


def _stem(word: str, is_german: bool) -> str:
    return _token(word).de if is_german else _token(word).en


def _matches_in(pattern: _Pattern, tokens: Sequence[_Token]) -> Iterator[tuple[int, ...]]:
    """Where the words of `pattern` stand in this order, at most GAP words apart; those of an aside side by side."""
    gap = 0 if pattern.concept == ASIDE else MAX_GAP
    for start in range(len(tokens)):
        if at := _match_at(pattern, tokens, start, gap):
            yield at


def _match_at(pattern: _Pattern, tokens: Sequence[_Token], start: int, gap: int) -> tuple[int, ...]:
    if not _matches(tokens[start], pattern.parts[0], pattern.is_german):
        return ()
    at = [start]
    for part in pattern.parts[1:]:
        near = range(at[-1] + 1, min(at[-1] + 2 + gap, len(tokens)))
        following = next((i for i in near if _matches(tokens[i], part, pattern.is_german)), None)
        if following is None:
            return ()
        at.append(following)
    return tuple(at)


def _matches(token: _Token, part: str, is_german: bool) -> bool:
    if part[0] == "=":
        return token.text == part[1:]
    if not is_german:
        return token.en == part
    return token.de == part or (
        len(part) >= MIN_COMPOUND_PART and (token.de.startswith(part) or token.de.endswith(part))
    )


@cache
def _language() -> Language:
    return load_builtin("language.yaml", TypeAdapter(Language))


def _negated(tokens: Sequence[_Token], mentions: Sequence[_Mention]) -> frozenset[int]:
    """The positions that are negated. A negator that is part of a phrase ("no feeling") negates nothing."""
    spoken = frozenset(i for m in mentions for i in m.at)
    negators = [i for i, token in enumerate(tokens) if token.text in _language().negators and i not in spoken]
    return frozenset(i for negator in negators for i in _negated_after(tokens, spoken, negator + 1))


def _negated_after(tokens: Sequence[_Token], spoken: frozenset[int], start: int) -> Iterator[int]:
    """What a negator before `start` negates: what follows at once, and then only a list that ends with "or"."""
    taken = 0
    for i in range(start, len(tokens)):
        word = tokens[i].text
        if word in _language().others:
            taken = 0
        elif i in spoken:
            is_next = not taken or (i - 1 in spoken and taken < MAX_NEGATED)
            if not is_next and not _list_continues(tokens, spoken, i):
                return
            taken += 1
            yield i
        elif word not in _language().light and not (word == "," and _list_continues(tokens, spoken, i + 1)):
            return


def _list_continues(tokens: Sequence[_Token], spoken: frozenset[int], start: int) -> bool:
    """Whether a negated list continues from `start`: only if an "or" follows; otherwise it may be a new statement."""
    for i in range(start, len(tokens)):
        if tokens[i].text in _language().others:
            return i > start
        if i not in spoken and tokens[i].text != "," and tokens[i].text not in _language().light:
            return False
    return False
