import re
from datetime import date
from functools import lru_cache

from odoo import api, models
from odoo.tools import format_date
from odoo.tools.translate import code_translations

FACT = re.compile(r"%\((\w+)\)s|%s|%%")
LETTERS = 7  # a term with fewer letters beside its facts would fit anything
MOST_SENTENCES = 12
# an amount as Odoo writes it in English, beside its currency
AMOUNT = re.compile(
    r"(?:(?<=[^«\s]\xa0)|(?<=[^«\s]\xa0-\ufeff))\d[\d,]*(?:\.\d+)?"
    r"|(?<![\d.,])\d[\d,]*(?:\.\d+)?(?=\xa0[^\s:;!?»%])"
)
# a day by itself, neither in a name nor before a time of day
DAY = re.compile(r"(?<![^\s(])\d{4}-\d\d-\d\d(?=[.,;)]*(?:\s(?!\d\d:)|$))")
# a global id, of which people know the number alone
GLOBAL_ID = re.compile(r"\bgid://[\w-]+/(?:\w+/)*(\w+)")
OPERATION = re.compile(r"\w+: ")
SENTENCE_END = re.compile(r"(?<=[.!?]) (?=\S)")


class RetailSyncWords(models.AbstractModel):
    """What was said in English, in the reader's language.

    Workers and adapters have no reader: they keep one English sentence, facts and all.
    It is recognized by the terms of the modules that speak so; what is not recognized,
    such as a channel's own words, stays as it is.
    """

    _name = "retail.sync.words"
    _description = "Words for Readers"

    @api.model
    def _say(self, text):
        """Return ``text`` in the language of the environment, as far as it is known."""
        lang = self.env.lang or "en_US"
        if not text or not isinstance(text, str):
            return text
        if lang != "en_US":
            modules = self._modules()
            lines = [_say_line(line, modules, lang) for line in text.split("\n")]
            text = self._say_amounts("\n".join(lines))
        return self._say_days(text)

    @api.model
    def _say_facts(self, facts):
        """Return facts for a sentence; sentences among them for the reader."""
        return {
            key: self._say_fact(value) if isinstance(value, str) else value
            for key, value in facts.items()
        }

    @api.model
    def _say_ids(self, text):
        """Return ``text`` with the last part of each global id alone.

        >>> env["retail.sync.words"]._say_ids("gid://shopify/Order/820982911")
        '820982911'
        """
        return GLOBAL_ID.sub(r"\1", text) if text else text

    @api.model
    def _say_fact(self, fact):
        fact = self._say_ids(fact)
        return (
            self._say(fact) if " " in fact else self._say_days(self._say_amounts(fact))
        )

    @api.model
    def _say_amounts(self, text):
        """Write the amounts in ``text`` as the reader's language does."""
        lang = self.env["res.lang"]._get_data(code=self.env.lang or "en_US")
        marks = {
            ord(","): (lang.thousands_sep or "").replace(" ", "\xa0"),
            ord("."): lang.decimal_point or ".",
        }
        return AMOUNT.sub(lambda found: found[0].translate(marks), text)

    @api.model
    def _say_days(self, text):
        """Write the days in ``text`` (2026-11-22) as the reader's language does."""
        return DAY.sub(lambda found: self._say_day(found[0]), text)

    def _say_day(self, told):
        try:
            return format_date(self.env, date.fromisoformat(told))
        except ValueError:
            return told

    def _modules(self):
        loaded = self.env.registry._init_modules
        return tuple(sorted(m for m in loaded if m.startswith("retail_sync_")))


def _say_line(line, modules, lang):
    """Translate a line: as a whole, else its sentences, the longest that are known."""
    whole = _recognize(line, modules, lang)
    if whole is not None:
        return whole
    operation = OPERATION.match(line)
    if operation:  # the name of a call, then what became of it
        return operation[0] + _say_line(line[operation.end() :], modules, lang)
    parts = SENTENCE_END.split(line)
    if not 1 < len(parts) <= MOST_SENTENCES:
        return line
    said, start = [], 0
    while start < len(parts):
        for end in range(len(parts), start, -1):
            found = _recognize(" ".join(parts[start:end]), modules, lang)
            if found is not None:
                break
        else:
            found, end = parts[start], start + 1
        said.append(found)
        start = end
    return " ".join(said)


def _recognize(text, modules, lang):
    """Return the translation of the term that ``text`` was made of, or None."""
    for module in modules:
        known = code_translations.get_python_translations(module, lang)
        if text in known:
            return known[text]
    for module in modules:
        for longest, pattern, translation in _patterns(module, lang):
            found = longest in text and pattern.fullmatch(text)
            if found:
                return _fill(translation, found, modules, lang)
    return None


def _fill(translation, found, modules, lang):
    """Put the facts of an English sentence into its translation."""
    facts = [
        _recognize(fact, modules, lang) or fact if " " in fact else fact
        for fact in found.groups()
    ]
    named = {name: facts[index - 1] for name, index in found.re.groupindex.items()}
    return translation % (named or tuple(facts))


@lru_cache(maxsize=64)
def _patterns(module, lang):
    """Return (longest literal, pattern, translation) of terms with facts, the most
    telling first."""
    terms = []
    for term, translation in code_translations.get_python_translations(
        module, lang
    ).items():
        literals = FACT.sub("\0", term).split("\0")
        letters = sum(char.isalpha() for text in literals for char in text)
        if FACT.search(term.replace("%%", "")) and letters >= LETTERS:
            longest = max(literals, key=len)
            pattern = re.compile(_regex(term), re.DOTALL)
            terms.append((letters, longest, pattern, translation))
    terms.sort(key=lambda one: -one[0])
    return [one[1:] for one in terms]


def _regex(term):
    """Return the expression that finds a term's facts again."""
    parts, end, seen = [], 0, set()
    for match in FACT.finditer(term):
        parts.append(re.escape(term[end : match.start()]))
        name, end = match[1], match.end()
        if match[0] == "%%":
            parts.append("%")
        elif name is None:
            parts.append("(.+?)")
        elif name in seen:
            parts.append(f"(?P={name})")
        else:
            seen.add(name)
            parts.append(f"(?P<{name}>.+?)")
    return "".join([*parts, re.escape(term[end:])])
