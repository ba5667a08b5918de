"""What happens once, when the module comes and when it goes."""

from . import stock_triggers


def post_init_hook(env):
    """Confirm the database the module is installed in: it can be no copy yet."""
    env["retail.sync.fuse"]._confirm()


def uninstall_hook(env):
    """Take down what no foreign key takes down: scheduled actions, stock triggers,
    system parameters; and what keeps a mail template of ours from going."""
    env["retail.sync.message"].search([]).unlink()
    env["retail.sync.slot"].search([]).cron_id.unlink()
    stock_triggers.drop(env.cr)
    parameters = env["ir.config_parameter"].sudo()
    parameters.search([("key", "=like", "retail\\_sync%")]).unlink()
