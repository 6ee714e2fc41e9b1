"""Files that are not YAML, not ours, or made to do harm: refused in one line, before anything large is built."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legato.profiles import load
from legato.profiles.errors import InvalidFile

HEAD = b"format: 1\nname: x\ntitle: X\nsteps:\n  - {do: rest, seconds: 1}\n"

BOMB = b"a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + b"".join(
    b"a%d: &a%d [%s]\n" % (i, i, b", ".join([b"*a%d" % (i - 1)] * 10)) for i in range(1, 12)
)
CHAIN = b"a0: &a0 [x]\n" + b"".join(b"a%d: &a%d [*a%d]\n" % (i, i, i - 1) for i in range(1, 2000))


def complaint(data: bytes) -> str:
    with pytest.raises(InvalidFile) as caught:
        load.parse(data, "f.yaml")
    (problem,) = caught.value.problems
    return str(problem)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        pytest.param(b"", "f.yaml:1:1: the file is empty; a routine has format: 1, ", id="empty"),
        pytest.param(b"# only a comment\n\n", "f.yaml:1:1: the file is empty; ", id="only a comment"),
        pytest.param(b"just words\n", "f.yaml:1:1: the file holds no fields; ", id="words"),
        pytest.param(b"- a\n- b\n", "f.yaml:1:1: the file holds no fields; ", id="a list"),
        pytest.param(b"\x7fELF\x02\x01\x00", "f.yaml:1:1: this is not text: it holds the character U+007F; ", id="ELF"),
        pytest.param(b"a: 1\nb: \x00\n", "f.yaml:2:4: this is not text: it holds the character U+0000; ", id="null"),
        pytest.param(b"a: 1\nb: \xc3\xa4\xff\n", "f.yaml:2:5: this is not UTF-8 text; ", id="not UTF-8"),
        pytest.param("a: 1".encode("utf-16"), "f.yaml:1:1: this is not UTF-8 text; ", id="UTF-16"),
        pytest.param(
            b"a:\n\t- b\n", "f.yaml:2:1: there is a tab in the indentation; YAML indents with spaces", id="tab"
        ),
        pytest.param(b"a: b: c\n", "f.yaml:1:5: this is not YAML: mapping values are not allowed", id="two colons"),
        pytest.param(b"a: {b: 1\n", "f.yaml:2:1: this is not YAML: expected ',' or '}'", id="open bracket"),
        pytest.param(HEAD + b"name: y\n", 'f.yaml:6:1: "name" stands twice, first in line 2; ', id="twice"),
        pytest.param(HEAD + b"---\n" + HEAD, "f.yaml:6:1: a second document starts here; ", id="two documents"),
        pytest.param(
            b"%YAML 1.1\n---\n" + HEAD, "f.yaml:1:1: directives (lines that start with %) are ", id="directive"
        ),
        pytest.param(b"a: !!int 5\n", "f.yaml:1:4: the tag tag:yaml.org,2002:int is not used here; ", id="tag"),
        pytest.param(b"a: !!python/object:os.system x\n", "f.yaml:1:4: the tag tag:yaml.org,2002:python", id="object"),
        pytest.param(b"? [a]\n: b\n", "f.yaml:1:3: a key must be a word; write name: value", id="list as key"),
        pytest.param(b"a: 1\n<<: 5\n", "f.yaml:2:1: << takes one mapping; write <<: *name", id="merged number"),
        pytest.param(b"a: 1\n<<: [{b: 1}]\n", "f.yaml:2:1: << takes one mapping; ", id="merged list"),
        pytest.param(b"a: *b\n", "f.yaml:1:4: *b stands for nothing yet; put &b on a value above it", id="no anchor"),
        pytest.param(b"a: &a [*a]\n", "f.yaml:1:8: *a stands for nothing yet; ", id="inside itself"),
        pytest.param(b"a: .nan\n", "f.yaml:1:4: .nan is not a finite number; ", id="nan"),
        pytest.param(b"a: -.Inf\n", "f.yaml:1:4: -.Inf is not a finite number; ", id="infinity"),
        pytest.param(b"a: 1e400\n", "f.yaml:1:4: 1e400 is too long or too large for a number; ", id="1e400"),
        pytest.param(b"a: " + b"9" * 5000, "f.yaml:1:4: 99999999", id="5000 digits"),
        pytest.param(b'a: "\\e[31m"\n', "f.yaml:1:4: this text holds the character U+001B, which cannot", id="escape"),
        pytest.param(
            b'a: "\\ud800"\n', "f.yaml:1:4: this text holds the character U+D800, which cannot", id="surrogate"
        ),
        pytest.param(b'a: "\\U00110000"\n', "f.yaml:1:1: an escape in quotes names no character; ", id="no character"),
        pytest.param(b"[" * 1000 + b"]" * 1000, "f.yaml:1:65: nested more than 64 deep; ", id="1000 brackets"),
        pytest.param(
            b"".join(b" " * i + b"a:\n" for i in range(1000)), "f.yaml:65:65: nested more than", id="1000 keys"
        ),
        pytest.param(CHAIN, "f.yaml:63:12: nested more than 64 deep by this alias; ", id="chain of aliases"),
        pytest.param(BOMB, "f.yaml:5:5: more than 50000 values, aliases written out; ", id="alias bomb"),
        pytest.param(b"a: [" + b"1," * 60_000, "f.yaml:1:100001: more than 50000 values", id="60000 values"),
        pytest.param(b"#" * (1 << 20) + b"\n", "f.yaml:1:1: the file is larger than 1 MiB; ", id="too large"),
    ],
)
def test_it_is_refused_where_it_goes_wrong(data: bytes, told: str) -> None:
    assert complaint(data).startswith(told)


def test_a_message_repeats_no_more_than_the_beginning_of_the_file() -> None:
    assert len(complaint(b"a: *" + b"b" * 100_000)) < 200
    assert len(complaint(b"%s: 1\n%s: 2\n" % (b"b" * 100, b"b" * 100))) < 200


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_nothing_but_the_one_error_ever_comes_out(data: bytes) -> None:
    with pytest.raises(InvalidFile):
        load.parse(data, "f.yaml")


@given(st.data())
def test_a_damaged_file_is_either_read_or_refused(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(HEAD)))
    end = data.draw(st.integers(start, len(HEAD)))
    damage = data.draw(
        st.sampled_from([b"&a ", b"*a", b"<<: ", b"- ", b"{", b"]", b"? ", b": ", b"|\n", b"'", b"\t", b"!"])
    )
    with suppress(InvalidFile):
        load.parse(HEAD[:start] + damage + HEAD[end:], "f.yaml")
