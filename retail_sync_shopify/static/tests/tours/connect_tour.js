import {registry} from "@web/core/registry";

const STEP = (name) => `.o_retail_sync_connect div[name=${name}]:visible`;
const STATE = (name) => `.o_form_view .o_arrow_button_current[data-value=${name}]`;
const MENU = (name) => `.o_menu_sections [data-menu-xmlid="retail_sync_core.${name}"]`;
const PATIENCE = 60000; // ms; a step that comes late on a busy machine is no failure
const NEXT = {
    content: "Next",
    trigger: ".o_form_statusbar button[name=action_next]",
    run: "click",
};

const CONNECT = [
    {
        content: "Begin",
        trigger: ".o_control_panel button[name=action_connect]",
        run: "click",
    },
    {
        content: "Name it",
        trigger: `${STEP("account")} div[name=name] input`,
        run: "edit Tour shop",
    },
    {
        content: "Choose the system",
        trigger: `${STEP("account")} input[data-value=shopify]`,
        run: "click",
    },
    {
        content: "It is a sandbox",
        trigger: `${STEP("account")} input[data-value=sandbox]`,
        run: "click",
    },
    {
        content: "Its address is filled in by the test",
        trigger: `${STEP("account")} div[name=base_url] input:value(http)`,
    },
    NEXT,
    {
        content: "This is no copy",
        trigger: "button[name=action_confirm_database]",
        run: "click",
    },
    {
        content: "It is believed",
        trigger: "body:not(:has(button[name=action_confirm_database]))",
    },
    {
        content: "The shop",
        trigger: `${STEP("access")} [data-name=shop] input`,
        run: "edit demo-shop.myshopify.com",
    },
    {
        content: "The app",
        trigger: `${STEP("access")} [data-name=client_id] input`,
        run: "edit sandbox-client",
    },
    {
        content: "Its secret",
        trigger: `${STEP("access")} [data-name=client_secret] input`,
        run: "edit sandbox-secret",
    },
    {
        content: "Test",
        trigger: `${STEP("access")} button[name=action_run]`,
        run: "click",
    },
    {
        content: "The answer arrives, the secret does not come back",
        trigger: `${STEP("access")} div[name=test_succeeded]:visible`,
        run() {
            const secret = document.querySelector("[data-name=client_secret] input");
            if (secret.value || !secret.placeholder) {
                throw new Error("the secret is shown or not stored");
            }
        },
    },
    NEXT,
    {
        content: "The locations arrive, mapped by their names",
        trigger: `${STEP("locations")} tr.o_data_row:not(.text-warning) td[name=warehouse_id]:contains(Tour warehouse)`,
    },
    NEXT,
    {
        content: "The product is matched by its SKU",
        trigger: `${STEP("products")} div[name=matched_count]:contains(1)`,
    },
    NEXT,
    {
        content: "The tax of its order is known here",
        trigger: `${STEP("mappings")} div[name=map_tax_ids] tr.o_data_row:not(.text-warning) td[name=tax_ids]:contains(DE VAT 19 %)`,
    },
    NEXT,
    {
        content: "No messages here: asked in turns",
        trigger: `${STEP("messages")} div[name=webhook_reachable] input`,
        run: "click",
    },
    {
        content: "Which is said",
        trigger: `${STEP("messages")} div[name=webhook_note]:visible`,
    },
    NEXT,
    {trigger: STEP("policies")},
    NEXT,
    {
        content: "What will happen is said",
        trigger: `${STEP("outlook")} div[name=outlook] li`,
    },
];

const WATCH = [
    {
        content: "Look first",
        trigger: ".o_form_statusbar button[name=action_watch]",
        run: "click",
    },
    {
        content: "The channel is watched; what would change?",
        trigger: STATE("watch"),
    },
    {
        trigger: ".o_form_view button[name=action_open_changes]",
        run: "click",
    },
    {
        content: "Eight here, one of them sold; four there",
        trigger:
            ".o_list_view tr:has(td[name=theirs_qty]:contains(4)):has(td[name=ours_qty]:contains(7)) td[name=difference]:contains(3)",
    },
    {trigger: ".o_back_button", run: "click"},
    {
        content: "Which orders would be imported?",
        trigger: ".o_form_view button[name=action_open_watched]",
        run: "click",
    },
    {trigger: ".o_list_view .o_data_row td[name=external_ref]"},
    {trigger: ".o_back_button", run: "click"},
];

const LIVE = [
    {
        content: "Go live",
        trigger: `.o_form_view:has(.o_arrow_button_current[data-value=watch]) button[name=action_ask_live]`,
        run: "click",
    },
    {
        content: "From the date that was chosen",
        trigger: ".modal footer button[name=action_go_live]",
        run: "click",
    },
    {
        content: "The channel is live",
        trigger: `body:not(:has(.modal)) ${STATE("live")}`,
    },
    {
        content: "And says that it asks in turns",
        trigger: ".o_form_view .alert div[name=webhook_note]:visible",
    },
];

const EVERY = "div[name=shown_workflow_ids] tr.o_data_row:first td[name=interval_s]";
const TURNS = [
    {
        content: "Orders stand first, and are asked for every two minutes",
        trigger: `${EVERY}:contains(2 min)`,
        run: "click",
    },
    {
        content: "A number alone has the unit that was shown",
        trigger: `${EVERY} input`,
        run: "edit 3",
    },
    {
        content: "Keep it",
        trigger: ".o_form_button_save",
        run: "click",
    },
    {
        content: "It is said as a person says it",
        trigger: `body:not(:has(.o_form_button_save:visible)) ${EVERY}:contains(3 min)`,
    },
];

const ORDER = [
    {
        content: "What is about orders",
        trigger: MENU("retail_sync_sales_menu"),
        run: "click",
    },
    {
        content: "Its orders",
        trigger: `.o-dropdown--menu [data-menu-xmlid="retail_sync_core.retail_sync_order_menu"]`,
        run: "click",
    },
    {
        content: "The first order is here",
        trigger: ".o_list_view .o_data_row td[name=external_ref]",
        run: "click",
    },
    {
        content: "It is imported",
        trigger: STATE("imported"),
    },
    {
        content: "What happened is told, the sale order among it",
        trigger: ".o_retail_sync_timeline_entry.o_retail_sync_decided",
    },
    {
        content: "On to the sale order",
        trigger: "button[name=action_open_sale_order]",
        run: "click",
    },
    {
        content: "It is in step",
        trigger: ".o_retail_sync_badge[data-value=ok]",
    },
];

/**
 * From nothing to the first imported order, as a manager would go: connect, look, go live.
 *
 * No step looks for words of the screen: the tour is the same in every language.
 */
registry.category("web_tour.tours").add("retail_sync_shopify_connect", {
    url: "/odoo/retail-sync",
    steps: () =>
        [...CONNECT, ...WATCH, ...LIVE, ...TURNS, ...ORDER].map((step) => ({
            timeout: PATIENCE,
            ...step,
        })),
});
