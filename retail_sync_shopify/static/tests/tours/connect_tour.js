import {registry} from "@web/core/registry";

const STEP = (name) => `.o_retail_sync_connect div[name=${name}]:visible`;

/** From nothing to the first imported order, as an administrator would go. */
registry.category("web_tour.tours").add("retail_sync_shopify_connect", {
    url: "/odoo/retail-sync",
    steps: () => [
        {
            content: "Begin",
            trigger: ".o_control_panel button:contains(Connect a channel)",
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
        {trigger: "button[name=action_next]", run: "click"},
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
                const secret = document.querySelector(
                    "[data-name=client_secret] input"
                );
                if (secret.value || !secret.placeholder) {
                    throw new Error("the secret is shown or not stored");
                }
            },
        },
        {trigger: "button[name=action_next]", run: "click"},
        {
            content: "The locations arrive, mapped by their names",
            trigger: `${STEP("locations")} .o_data_row:contains(Tour warehouse):contains(Mapped)`,
        },
        {trigger: "button[name=action_next]", run: "click"},
        {
            content: "The product is matched by its SKU",
            trigger: `${STEP("products")} div[name=matched_count]:contains(1)`,
        },
        {trigger: "button[name=action_next]", run: "click"},
        {
            content: "No messages here: asked in turns",
            trigger: `${STEP("messages")} div[name=webhook_reachable] input`,
            run: "click",
        },
        {trigger: `${STEP("messages")} .alert:contains(in turns):visible`},
        {trigger: "button[name=action_next]", run: "click"},
        {trigger: STEP("policies")},
        {
            content: "Go live",
            trigger: "button[name=action_go_live]",
            run: "click",
        },
        {
            content: "The channel is live, and says that it asks in turns",
            trigger: ".o_form_view .alert:contains(By asking alone):visible",
        },
        {
            content: "Its orders",
            trigger:
                ".o_menu_sections a:contains(Orders), .o_menu_sections button:contains(Orders)",
            run: "click",
        },
        {
            content: "The first order is here",
            trigger: ".o_data_row:contains(Imported) td[name=external_ref]",
            run: "click",
        },
        {
            content: "What happened is told",
            trigger: ".o_retail_sync_timeline_entry:contains(Sale order)",
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
    ],
});
