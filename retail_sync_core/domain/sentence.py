"""Sentences of code that knows no user: English, and brought to the translators."""


def _(sentence: str, /, **facts: object) -> str:
    """Return an English sentence; who reads it later reads it in his own language.

    Odoo's export finds it by this function's name, ``models/retail_sync_words.py``
    recognizes it. Facts have names, so that a translator may turn them around.

    >>> _("%(shop)s is closed", shop="demo")
    'demo is closed'
    """
    return sentence % facts if facts else sentence
