import {registry} from "@web/core/registry";

const FORM = ".o_form_view";
const ANSWER = `${FORM} div[name=answer]`;

/** A service agent finds an order, reads it out, copies it, holds it and lets it go. */
registry.category("web_tour.tours").add("retail_sync_core_agent", {
    steps: () => [
        {
            content: "The buyer says a number",
            trigger: ".o_searchview_input",
            run: "edit order-1",
        },
        {
            content: "Look it up",
            trigger: ".o_searchview_autocomplete .o-dropdown-item:contains(order-1)",
            run: "click",
        },
        {
            content: "The answer is in the list; open it",
            trigger:
                "body:not(:has(tr.o_data_row:eq(1))) tr.o_data_row:contains(ready to leave) td[name=external_ref]",
            run: "click",
        },
        {
            content: "The answer can be read out",
            trigger: `${ANSWER}:contains(ready to leave)`,
            run() {
                // a browser without a window has no clipboard of its own
                navigator.clipboard.writeText = async (text) => {
                    document.body.dataset.copied = text;
                };
            },
        },
        {
            content: "Copy it",
            trigger: `${FORM} .o_clipboard_button`,
            run: "click",
        },
        {
            content: "It is copied",
            trigger: "body[data-copied*='ready to leave']",
        },
        {
            content: "Hold it",
            trigger: `${FORM} button[name=action_hold]`,
            run: "click",
        },
        {
            content: "Say why",
            trigger: ".modal div[name=note] input",
            run: "edit Away until Friday",
        },
        {
            content: "Hold the order",
            trigger: ".modal footer button[name=action_hold]",
            run: "click",
        },
        {
            content: "It says who holds it and why",
            trigger: `body:not(:has(.modal)) ${FORM} .alert:contains(Tour Agent holds order):contains(Away until Friday)`,
        },
        {
            content: "The buyer is not told why",
            trigger: `${ANSWER}:contains(still checking):not(:contains(Friday))`,
        },
        {
            content: "What cannot be done now is not there",
            trigger: `${FORM}:not(:has(button[name=action_hold])) button[name=action_release_own]`,
            run: "click",
        },
        {
            content: "It is ready to leave again, and the timeline says who did it",
            trigger: `${FORM}:has(button[name=action_hold]):not(:has(button[name=action_release_own])) .o_retail_sync_timeline:contains(Tour Agent ended our hold)`,
        },
        {
            content: "And so does the answer",
            trigger: `${ANSWER}:contains(ready to leave)`,
        },
    ],
});
