"""What a text speaks of: concepts by their words, whatever their form, spelling and order, and without what is negated.

A concept is a bag of words in English and German (`Words`). Forms of a word meet in its stem (Snowball), a German word
also inside a compound; a word that nobody knows is taken for a known one that it may be a misspelling of. Nothing here
knows what a concept is for.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, lru_cache
from unicodedata import normalize

import snowballstemmer
from pydantic import TypeAdapter

from legato.care.reading import builtin
from legato.care.record import Record

GAP = 2
"""How many words may stand between those of a phrase: "catch my breath" is still "catch breath"."""

PART = 5
"""A German stem of this length is also found in a compound: "schwellung" in "Beinschwellung"."""

SPELLED = 6
"""Words of this length are also met misspelt; among shorter ones a typing mistake makes another word (cold, could)."""

LIKENESS = 0.82
"""How like a word must be to one it is taken for: one letter of six that is missing, doubled or swapped."""

SIDE_BY_SIDE = 2
"""So many words in a row a negator takes back ("no leg pain"); what follows is news: people often write no commas."""

ASIDE = "aside"
"""The concept of phrases that mean nothing of what their words mean elsewhere: "a hot day", "right after"."""

_ENGLISH, _GERMAN = snowballstemmer.stemmer("english"), snowballstemmer.stemmer("german")


class Words(Record):
    """Words and phrases for one concept; `=leg` is that very form and no other (not "legs")."""

    en: tuple[str, ...] = ()
    de: tuple[str, ...] = ()


class Language(Record):
    """The small words that mark negation, see `language.yaml`."""

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
    """The words of all concepts, ready to be found in a text."""

    def __init__(self, concepts: Mapping[str, Words]) -> None:
        self._patterns = [p for name, words in concepts.items() for p in _patterns(name, words)]
        english = {part for words in concepts.values() for part in _parts(words.en)}
        german = {part for words in concepts.values() for part in _parts(words.de)}
        self._english = frozenset(_token(word).en for word in english)
        self._german = frozenset(_token(word).de for word in german)
        self._spelled = sorted(word for word in english | german if len(word) >= SPELLED)
        self._single = {_single(word): word for word in sorted(english | german)}

    def sentences(self, text: str) -> tuple[frozenset[str], ...]:
        """For each sentence of `text` the concepts that it affirms."""
        composed = normalize("NFC", text).casefold()
        return tuple(self._affirmed(sentence) for sentence in re.split(r"[.;:!?\n]+", composed))

    def _affirmed(self, sentence: str) -> frozenset[str]:
        tokens = [_token(self._corrected(word)) for word in _split(sentence)]
        mentions = self._mentions(tokens)
        negated = _negated(tokens, mentions)
        return frozenset(m.concept for m in mentions if negated.isdisjoint(m.at) and m.concept != ASIDE)

    def _mentions(self, tokens: Sequence[_Token]) -> list[_Mention]:
        """What is spoken of and where; the words of an aside count for nothing else but a phrase of all of them."""
        found = [_Mention(p.concept, at) for p in self._patterns for at in _found(p, tokens)]
        asides = [frozenset(m.at) for m in found if m.concept == ASIDE]
        return [
            m for m in found if m.concept == ASIDE or all(a.isdisjoint(m.at) or a <= frozenset(m.at) for a in asides)
        ]

    def _corrected(self, word: str) -> str:
        """The known word for a misspelt one: a letter doubled or not, or another; the first is seldom wrong."""
        if self._is_known(_token(word)):
            return word
        if known := self._single.get(_single(word)):
            return known
        if len(word) < SPELLED - 1:
            return word
        like = [known for known in self._spelled if known[0] == word[0]]
        return next(iter(get_close_matches(word, like, n=1, cutoff=LIKENESS)), word)

    def _is_known(self, token: _Token) -> bool:
        return token.en in self._english or token.de in self._german


def _split(sentence: str) -> list[str]:
    """Words without their apostrophes, and commas."""
    return re.findall(r"[^\W\d_]+|,", re.sub(r"(?<=\w)['’`´](?=\w)", "", sentence))


def _single(word: str) -> str:
    """The word without its double letters: they are what people get wrong most."""
    return re.sub(r"(.)\1+", r"\1", word)


@lru_cache(maxsize=8192)  # a service reads many words
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


def _found(pattern: _Pattern, tokens: Sequence[_Token]) -> Iterator[tuple[int, ...]]:
    """Where the words of `pattern` stand in this order, at most GAP words apart; those of an aside side by side."""
    gap = 0 if pattern.concept == ASIDE else GAP
    for start in range(len(tokens)):
        if at := _from(pattern, tokens, start, gap):
            yield at


def _from(pattern: _Pattern, tokens: Sequence[_Token], start: int, gap: int) -> tuple[int, ...]:
    if not _is(tokens[start], pattern.parts[0], pattern.is_german):
        return ()
    at = [start]
    for part in pattern.parts[1:]:
        near = range(at[-1] + 1, min(at[-1] + 2 + gap, len(tokens)))
        following = next((i for i in near if _is(tokens[i], part, pattern.is_german)), None)
        if following is None:
            return ()
        at.append(following)
    return tuple(at)


def _is(token: _Token, part: str, is_german: bool) -> bool:
    if part[0] == "=":
        return token.text == part[1:]
    if not is_german:
        return token.en == part
    return token.de == part or (len(part) >= PART and (token.de.startswith(part) or token.de.endswith(part)))


@cache
def _language() -> Language:
    return builtin("language.yaml", TypeAdapter(Language))


def _negated(tokens: Sequence[_Token], mentions: Sequence[_Mention]) -> frozenset[int]:
    """The words that are taken back. A negator that is part of a phrase ("no feeling") takes nothing back."""
    spoken = frozenset(i for m in mentions for i in m.at)
    negators = [i for i, token in enumerate(tokens) if token.text in _language().negators and i not in spoken]
    return frozenset(i for negator in negators for i in _reach(tokens, spoken, negator + 1))


def _reach(tokens: Sequence[_Token], spoken: frozenset[int], start: int) -> Iterator[int]:
    """What a negator before `start` takes back: what follows at once, and then only a list that an "or" ends."""
    taken = 0
    for i in range(start, len(tokens)):
        word = tokens[i].text
        if word in _language().others:
            taken = 0
        elif i in spoken:
            is_next = not taken or (i - 1 in spoken and taken < SIDE_BY_SIDE)
            if not is_next and not _goes_on(tokens, spoken, i):
                return
            taken += 1
            yield i
        elif word not in _language().light and not (word == "," and _goes_on(tokens, spoken, i + 1)):
            return


def _goes_on(tokens: Sequence[_Token], spoken: frozenset[int], start: int) -> bool:
    """Whether a list that was taken back goes on from `start`: only where an "or" follows; else it may be news."""
    for i in range(start, len(tokens)):
        if tokens[i].text in _language().others:
            return i > start
        if i not in spoken and tokens[i].text != "," and tokens[i].text not in _language().light:
            return False
    return False
