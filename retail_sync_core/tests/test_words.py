from odoo.tests import tagged

from .common import RetailSyncCommon


@tagged("post_install", "-at_install")
class TestWords(RetailSyncCommon):
    """What workers kept in English is read in the reader's language."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")

    def say(self, text, lang="fr_FR"):
        return self.env["retail.sync.words"].with_context(lang=lang)._say(text)

    def test_a_sentence_is_recognized_with_its_facts(self):
        self.assertEqual(
            self.say("Another account answers: B instead of A."),
            "Un autre compte répond\u00a0: B au lieu de A.",
        )

    def test_sentences_one_after_the_other_are_recognized(self):
        self.assertEqual(
            self.say("My shop answers. Permissions that are missing: read_orders."),
            "My shop répond. Autorisations manquantes\u00a0: read_orders.",
        )

    def test_a_sentence_of_two_sentences_is_recognized_as_a_whole(self):
        self.assertEqual(
            self.say(
                "Nothing can be done with this message. The next turn finds what has"
                " changed."
            ),
            "On ne peut rien faire de ce message. Le prochain tour trouve ce qui a"
            " changé.",
        )

    def test_the_name_of_a_call_stays(self):
        self.assertEqual(
            self.say("OrderById: The channel is paused."),
            "OrderById: Le canal est en pause.",
        )

    def test_what_the_channel_said_itself_stays(self):
        for text in ("Quantity can't be negative", "A B C", "", False, "100 %"):
            self.assertEqual(self.say(text), text)

    def test_who_reads_english_reads_what_was_kept(self):
        text = "Another account answers: B instead of A."

        self.assertEqual(self.say(text, "en_US"), text)

    def test_facts_of_a_sentence_are_said_too(self):
        self.assertEqual(
            self.say("A could not be booked by itself: The channel is paused."),
            "A n'a pas pu être enregistré automatiquement\u00a0: Le canal est en"
            " pause.",
        )

    def test_a_field_keeps_english_and_shows_french(self):
        channel = self.channel
        channel.last_test_message = "My shop answers."
        french = channel.with_context(lang="fr_FR")

        self.assertEqual(french.last_test_message, "My shop answers.")
        (row,) = french.read(["last_test_message"])
        self.assertEqual(row["last_test_message"], "My shop répond.")
        (row,) = channel.with_context(lang="en_US").read(["last_test_message"])
        self.assertEqual(row["last_test_message"], "My shop answers.")

    def test_a_person_is_quoted_and_the_engine_is_translated(self):
        channel = self.channel
        channel.write({"state": "live"})
        channel._pause("The channel is paused.")
        french = channel.with_context(lang="fr_FR")
        self.assertEqual(french.health_note, "Le canal est en pause.")

        channel.paused_by_id = self.env.user
        french.invalidate_recordset()

        self.assertEqual(french._say_reason(), "The channel is paused.")

    def test_a_workflow_the_engine_paused_says_so_in_the_readers_language(self):
        workflow = self.channel._workflow("order")
        workflow._pause("Another account answers: B instead of A.")

        said = workflow.with_context(lang="fr_FR").paused_words
        self.assertIn("Un autre compte répond", said)
        self.assertIn("Another account", workflow.paused_words)

    def test_of_a_global_id_people_read_the_number(self):
        issue = self.env["retail.sync.issue"]._raise(
            self.channel,
            "bad_payload",
            field="Event",
            value="gid://shopify/Order/8209829119",
        )
        self.assertIn("Event: 8209829119", issue.message)
        facts = {"id": "gid://shopify/Fulfillment/255", "url": "https://a.example/b/c"}
        self.assertEqual(
            self.env["retail.sync.words"]._say_facts(facts),
            {"id": "255", "url": "https://a.example/b/c"},
        )

    def test_amounts_are_written_as_the_reader_writes_them(self):
        for kept, read in (
            ("12.50\xa0€", "12,50\xa0€"),
            ("$\xa01,234.50", "$\xa01\xa0234,50"),
            ("€\xa0-\ufeff3.00", "€\xa0-\ufeff3,00"),
            ("Paid 1,000\xa0kr twice", "Paid 1\xa0000\xa0kr twice"),
        ):
            self.assertEqual(self.say(kept), read)
        for kept in ("19.0.1.1.0", "1.5", "2.5\xa0: a figure", "5.0\xa0%", "A 1,2 B"):
            self.assertEqual(self.say(kept), kept)
        self.assertEqual(self.say("12.50\xa0€", "en_US"), "12.50\xa0€")
