"""What happens once, when the module comes."""


def post_init_hook(env):
    """Have all levels looked at again: tills may have sold since this morning."""
    env["retail.sync.stock.mark"]._append([(None, None, None)])
