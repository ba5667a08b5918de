from . import delivery, setup, webhook
