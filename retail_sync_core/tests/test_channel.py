from ..adapters import base
from .common import RetailSyncCommon


class TestChannel(RetailSyncCommon):
    def test_the_adapter_gets_the_secrets_and_no_environment(self):
        adapter = self.channel._make_adapter()

        self.assertIsInstance(adapter, base.Inbox)
        self.assertFalse(hasattr(adapter, "env"))
        self.assertTrue(adapter.account.secret("webhook_secret"))
