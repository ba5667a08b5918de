"""What happens once, when the module comes and when it goes."""


def post_init_hook(env):
    """Nothing to fill in yet."""


def uninstall_hook(env):
    """Nothing to take down yet."""
