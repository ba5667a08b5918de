"""What the tests of a channel of files share: a folder and its adapter."""

import tempfile

from ..testing_folder import Folder, FolderAdapter
from .common_orders import OrdersCommon


class FilesAdapter(FolderAdapter):
    """Under the one code that the core's own list of systems has."""

    code = "manual"


class FolderCase(OrdersCommon):
    """A channel whose shop is a folder of the test's own."""

    adapter = FilesAdapter

    def setUp(self):
        super().setUp()
        root = tempfile.TemporaryDirectory()
        self.addCleanup(root.cleanup)
        self.folder = Folder(root.name)
        self.channel.settings = {"folder": root.name}
