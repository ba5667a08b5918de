import {registry} from "@web/core/registry";

const LINE = ".modal div[name=line_ids] tr.o_data_row";

/** A customer brings an order back to the counter: found, ticked, paid back. */
registry.category("web_tour.tours").add("retail_sync_core_counter", {
    steps: () => [
        {
            content: "Open the menu of orders",
            trigger: "[data-menu-xmlid='retail_sync_core.retail_sync_sales_menu']",
            run: "click",
        },
        {
            content: "Somebody stands at the counter",
            trigger:
                "[data-menu-xmlid='retail_sync_core.retail_sync_order_counter_menu']",
            run: "click",
        },
        {
            content: "Nothing has this number",
            trigger: ".modal div[name=what] input",
            run: "edit #4711 && press Enter",
        },
        {
            content: "It says so",
            trigger: ".modal p:contains(Nothing has this number or name)",
        },
        {
            content: "The number on the receipt",
            trigger: ".modal div[name=what] input",
            run: "edit #1001 && press Enter",
        },
        {
            content: "Its buyer is shown",
            trigger: ".modal div[name=buyer_id]:contains(Maria)",
        },
        {
            content: "Go on",
            trigger: ".modal footer button[name=action_go_on]",
            run: "click",
        },
        {
            content: "Tick what came back",
            trigger: `${LINE} td[name=is_here] input`,
            run: "click",
        },
        {
            content: "All of it is taken back",
            trigger: `${LINE} td[name=units]:contains(3)`,
        },
        {
            content: "See what may be paid back",
            trigger: ".modal footer button[name=action_next]",
            run: "click",
        },
        {
            content: "The goods and how they were paid",
            trigger:
                ".modal:has(div[name=part_ids] tr:contains(Goods):contains(59.97)) div[name=tender_ids] tr:contains(59.97)",
        },
        {
            content: "Goods, credit note and refund follow from this step",
            trigger: ".modal footer button[name=action_take_back]",
            run: "click",
        },
        {
            content: "It is asked for in the background",
            trigger: ".o_notification:contains(asked in the background)",
        },
        {
            content: "The dialog is closed",
            trigger: "body:not(:has(.modal))",
        },
    ],
});
