import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..domain import setup_file
from .common import SECRET
from .setup_common import SetupCase

GROUP = "retail_sync_core.retail_sync_group_"
OF_ODOO = {"id", "create_uid", "create_date", "write_uid", "write_date"}
# what a file means by several fields
SAID_BY = {"left_out", "all_channels", "days"}


@tagged("post_install", "-at_install")
class TestSetupExport(SetupCase):
    """What goes out, and what never does."""

    def test_every_field_is_exported_or_kept_back_on_purpose(self):
        mixins = set(self.env["mail.thread"]._fields)
        mixins |= set(self.env["mail.activity.mixin"]._fields)
        for name, section in self.setup._sections().items():
            fields = self.env[section.model]._fields
            stored = {key for key, field in fields.items() if field.store}
            told = {*section.keys, *section.values, *section.kept_back}
            with self.subTest(section=name):
                self.assertFalse(
                    stored - mixins - OF_ODOO - told,
                    "say in retail_sync_setup_file.py whether it may leave",
                )
                self.assertFalse(told - set(fields) - SAID_BY, "no such field")
                twice = set(section.names) & set(section.kept_back)
                self.assertFalse(twice - SAID_BY)

    def test_no_field_that_may_hold_a_secret_or_a_person_is_exported(self):
        never = {"res.users", "res.partner", "retail.sync.secret", "mail.message"}
        for section in self.setup._sections().values():
            fields = self.env[section.model]._fields
            for name in set(section.names) - SAID_BY:
                field = fields[name]
                with self.subTest(model=section.model, field=name):
                    self.assertNotIn(field.comodel_name, never)
                    self.assertNotIn(field.type, ("json", "text", "html", "binary"))
                    self.assertFalse(field.groups)

    def test_no_secret_address_or_person_leaves(self):
        person = new_test_user(self.env, login="petra.muster@example.com")
        person.name = "Petra Muster"
        self.channel.write(
            {
                "owner_id": person.id,
                "settings": {"shop": "hidden-shop.example.com", "client_id": "cl13nt"},
                "base_url": "https://sandbox.example.com",
                "account_name": "Muster GmbH",
            }
        )
        self.env["retail.sync.map.carrier"].create(
            {
                "channel_id": self.channel.id,
                "service": "slow",
                "name": "Post",
                "url_template": "https://track.example.com/?token=abcdef12345&n={number}",
            }
        )
        text = self.setup._export(self.channel)

        token = self.channel.token
        for word in (SECRET, token, "Petra", "Muster", "@", "example.com", "cl13nt"):
            with self.subTest(word=word):
                self.assertNotIn(word, text)
        self.assertIn("carriers: url_template", json.loads(text)["not_exported"])
        self.assertIn("slow", [row["service"] for row in json.loads(text)["carriers"]])

    def test_the_same_set_up_gives_the_same_text(self):
        first = self.setup._export(self.channel)
        self.env.invalidate_all()

        self.assertEqual(self.setup._export(self.channel), first)

    def test_no_number_of_this_database_stands_in_the_file(self):
        data = self.exported()

        self.assertEqual(data["format"], "retail-sync-setup")
        self.assertEqual(data["format_version"], 1)
        self.assertEqual(data["suite_version"][:5], "19.0.")
        self.assertEqual(
            data["locations"][0]["warehouse_id"], {"code": "DEPOT"}, data["locations"]
        )
        self.assertEqual(data["locations"][0]["location_id"], {"path": "DEPOT/Stock"})
        self.assertEqual(data["products"][0]["product_id"], {"sku": "CHAIR"})
        [tax] = data["taxes"]
        self.assertEqual(tax["tax_ids"], [{"name": "Our 20", "amount": 20.0}])
        [rule] = data["stock_rules"]
        self.assertEqual(rule["location_id"], {"id": "L1", "name": "Front store"})
        self.assertEqual(rule["days"], "mon tue wed thu fri sat")
        self.assertEqual(data["regions"][0]["country_id"], {"code": "US"})

    def test_a_name_that_an_export_made_up_holds_a_number_and_is_not_used(self):
        category = self.env["product.category"].create({"name": "Odd"})
        self.env["ir.model.data"].create(
            {
                "module": "__export__",
                "name": f"product_category_{category.id}_1a2b",
                "model": "product.category",
                "res_id": category.id,
            }
        )
        self.env["retail.sync.stock.rule"].create(
            {
                "channel_id": self.channel.id,
                "kind": "cap",
                "quantity": 1,
                "categ_id": category.id,
            }
        )
        [rule] = [row for row in self.exported()["stock_rules"] if row["categ_id"]]

        self.assertEqual(rule["categ_id"], {"path": "Odd"})

    def test_only_a_manager_of_the_company_exports(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        operator = new_test_user(
            self.env, login="op", groups=f"{GROUP}operator,stock.group_stock_user"
        )
        stranger = new_test_user(
            self.env,
            login="st",
            groups=f"{GROUP}manager",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        for user in (operator, stranger):
            channel = self.channel.with_user(user)
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.setup.with_user(user)._export(channel)


@tagged("post_install", "-at_install")
class TestSetupCompare(SetupCase):
    """What a comparison says, and what it refuses."""

    def test_a_channel_compared_with_itself_is_the_same(self):
        lines = self.setup._compare(self.channel, self.exported())

        self.assertEqual({line.effect for line in lines}, {"same"})
        self.assertIn("policies", {line.section for line in lines})
        self.assertEqual(len({line.ref for line in lines}), len(lines))

    def test_each_line_says_what_is_here_and_there(self):
        [line] = self.lines(self.exported(), section="policies", name="Share (%)")

        self.assertEqual((line.here, line.there, line.effect), ("100", "80", "change"))
        lines = self.lines(self.exported(), section="taxes")
        self.assertEqual([line.effect for line in lines], ["add"])
        self.assertIn("Our 20", lines[0].there)

    def test_what_is_only_here_is_told_and_left(self):
        self.env["retail.sync.map.gateway"].create(
            {"channel_id": self.second.id, "gateway": "paper"}
        )
        [line] = self.lines(
            self.exported(), section="payment_methods", effect="only_here"
        )

        self.assertEqual(line.key, "paper")

    def test_a_warehouse_that_is_not_here_is_named_with_what_to_do(self):
        data = self.exported()
        data["locations"][0]["warehouse_id"] = {"code": "WH2"}
        [line] = self.lines(data, section="locations", effect="cannot")

        self.assertIn("Warehouse WH2 does not exist here", line.reason)
        self.assertIn("Make it", line.reason)

    def test_two_products_of_one_sku_are_never_guessed(self):
        self.make_product("CHAIR")
        [line] = self.lines(self.exported(), section="products", effect="cannot")

        self.assertIn("several times", line.reason)
        self.assertFalse(line.values and line.values["product_id"])

    def test_another_shops_location_is_found_by_its_name(self):
        data = self.exported()
        data["locations"][0]["external_id"] = "X9"
        lines = self.lines(data, section="locations", effect="change")

        self.assertIn("Found by its name", lines[0].reason)

    def test_a_name_never_takes_what_another_row_names_by_its_id(self):
        data = self.exported()
        data["locations"].insert(0, {**data["locations"][0], "external_id": "X9"})
        lines = self.lines(data, section="locations")

        [gone] = [line for line in lines if line.effect == "cannot"]
        self.assertEqual(gone.ref, "locations/0")
        self.assertIn("no such location", gone.reason)
        self.assertTrue([line for line in lines if line.effect == "change"])

    def test_a_row_that_stands_twice_counts_once(self):
        data = self.exported()
        data["taxes"].append({**data["taxes"][0], "tax_ids": [], "no_tax": True})
        lines = self.lines(data, channel=self.channel, section="taxes")

        self.assertEqual([line.effect for line in lines], ["same", "cannot"])
        self.assertIn("twice", lines[1].reason)

    def test_names_from_the_file_are_never_names_of_fields(self):
        data = self.exported()
        data["policies"].update(token="mine", state="live", settings={"shop": "evil"})
        data["taxes"][0]["channel_id"] = {"name": "Shop Two"}
        data["retail.sync.secret"] = [{"name": "access_token"}]
        lines = self.lines(data, effect="cannot")

        self.assertEqual(
            {line.name for line in lines if line.section == "policies"},
            {"token", "state", "settings"},
        )
        self.assertIn("taxes", {line.section for line in lines})
        self.assertFalse(any(line.values for line in lines if "?" in line.ref))

    def test_values_of_the_wrong_kind_are_refused_line_by_line(self):
        wrong = {
            "share": "80",
            "rank": 2**40,
            "hold_risky": 1,
            "order_policy": "never",
            "warehouse_id": 1,
            "team_id": {"id": 1},
            "buffer_qty": True,
            "pricelist_id": {"xml_id": "base.user_admin"},
            "invoice_journal_id": {"code": ["like", "%"]},
        }
        lines = self.lines({"policies": wrong})

        self.assertEqual({line.effect for line in lines}, {"cannot"}, lines)
        self.assertEqual(len(lines), len(wrong))

    def test_a_record_of_another_company_is_not_found(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.env.user.company_ids += company
        elsewhere = self.make_channel(
            name="Elsewhere", company_id=company.id, warehouse_id=False
        )
        self.make_place(elsewhere)
        lines = self.lines(self.exported(), channel=elsewhere, effect="cannot")

        self.assertIn("taxes", {line.section for line in lines})
        [place] = [
            line
            for line in lines
            if (line.section, line.name) == ("locations", "Warehouse")
        ]
        self.assertIn("does not exist here", place.reason)

    def test_who_may_not_see_journals_is_told_so(self):
        manager = new_test_user(
            self.env, login="mg", groups=f"{GROUP}manager,stock.group_stock_user"
        )
        lines = self.setup.with_user(manager)._compare(
            self.second.with_user(manager), self.exported()
        )
        [line] = [line for line in lines if line.section == "payment_methods"]

        self.assertEqual(line.effect, "cannot")
        self.assertIn("not allowed", line.reason)

    def test_files_that_cannot_be_read_are_answered_in_words(self):
        newer = {"format": setup_file.FORMAT, "format_version": 2}
        shape = {"format": setup_file.FORMAT, "format_version": 1, "taxes": {"a": 1}}
        for content, words in (
            (json.dumps(newer).encode(), "update Retail Sync"),
            (json.dumps(shape).encode(), "Taxes"),
            (b"{\n\n broken", "line 3"),
            (b"[" * 100_000, "no set-up file"),
            (b"PK\x03\x04\xff\xfe", "no set-up file"),
            (b'{"format": "other"}', "no set-up file"),
        ):
            with self.subTest(words=words), self.assertRaisesRegex(UserError, words):
                self.setup._parse(content)
