from . import setup, webhook
