"""Words of a cohort are words wherever Markdown is read."""

import pytest

from pages.shared.widgets import Markup, plain


@pytest.mark.parametrize(
    "words", ["Prior ASCT", "8 of 11 (72.7%; 95% CI 39.0–94.0)", "Response: 7 of 9", "EM-B", "κ, λ/2"]
)
def test_plain_words_stay_as_they_are(words):
    assert plain(words) == words


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("**b** _i_ `c`", r"\*\*b\*\* \_i\_ \`c\`"),
        ("![](http://x)", "!\\[\\](http:\u2060//x)"),
        (":red[x] :+1: :material/home:", ":\u2060red\\[x\\] :\u2060+1: :\u2060material/home:"),
        ("a -> b -- c <- d >= e", "a -\u2060\\> b -\u2060- c \\<\u2060- d \\>\u2060= e"),
        ("$x$ ~~s~~ &lt; | <b>", r"\$x\$ \~" + "\u2060" + r"\~s\~" + "\u2060" + r"\~ \&lt; \| \<b\>"),
        ("www.x.org a@b.org", "www\u2060.x.org a@\u2060b.org"),
        ("# head", r"\# head"),
        ("- item", r"\- item"),
        ("1. item", r"1\. item"),
        ("  two\n lines ", "two lines"),
        (Markup("**ours**"), "**ours**"),
    ],
)
def test_signs_lose_their_meaning(words, expected):
    assert plain(words) == expected
