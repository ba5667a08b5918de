"""What happens when the module goes."""


def uninstall_hook(env):
    """Stop the shops' channels and tell who is responsible; what they made stays."""
    channels = env["retail.sync.channel"]
    channels._lose_system("shopify", env._("The module for Shopify was removed."))
