import {registry} from "@web/core/registry";

const STOP = ".o_retail_sync_stop";

/** A picker has a delivery open while the channel cancels its order. */
registry.category("web_tour.tours").add("retail_sync_core_stop", {
    steps: () => [
        {
            content: "Nothing stops it yet",
            trigger: `.o_form_view:has(button[name=button_validate]):not(:has(${STOP}))`,
        },
        {
            content: "The picker is typing",
            trigger: "div[name=origin] input",
            run: "edit Typed by the picker",
        },
        {
            content: "The channel cancels, and the server gives a hint",
            trigger: ".o_form_view .o_form_status_indicator_buttons:not(.invisible)",
            async run() {
                const {services} = odoo.__WOWL_DEBUG__.root.env;
                const ids = await services.orm.search("retail.sync.order", [
                    ["external_id", "=", "order-1"],
                ]);
                await services.orm.call("retail.sync.order", "action_fetch", [ids]);
                services.bus_service.trigger("BUS:RECONNECT");
            },
        },
        {
            content: "The banner is there, without a reload",
            trigger: `${STOP}:contains(the order was canceled):contains(back on the shelf)`,
        },
        {
            content: "What was typed is still there",
            trigger: "div[name=origin] input:value(Typed by the picker)",
        },
        {
            content: "It cannot be validated",
            trigger: "button[name=button_validate]",
            run: "click",
        },
        {
            content: "And says why",
            trigger: ".modal:contains(do not ship) .modal-footer button",
            run: "click",
        },
        {
            content: "The goods are back",
            trigger: `body:not(:has(.modal)) ${STOP} button`,
            run: "click",
        },
        {
            content: "The delivery is canceled and nothing is left to do",
            trigger: `.o_form_view:not(:has(${STOP})):not(:has(button[name=button_validate]))`,
        },
    ],
});
