import {registry} from "@web/core/registry";

const BANNER = ".o_retail_sync_paused:not(.o_invisible_modifier)";
const STOCK = "div[name=shown_workflow_ids] tr.o_data_row:contains(Stock)";

/** A manager pauses stock, resumes it, and puts the levels of before back. */
registry.category("web_tour.tours").add("retail_sync_core_put_back", {
    steps: () => [
        {
            content: "Stop the stock flow",
            trigger: `${STOCK} button[name=action_pause]`,
            run: "click",
        },
        {
            content: "Without a reason it goes on",
            trigger: ".modal footer button[name=action_pause]",
            run: "click",
        },
        {
            content: "The reason is asked for",
            trigger: ".modal div[name=reason].o_field_invalid input",
            run: "edit Stocktaking until noon",
        },
        {
            content: "Pause",
            trigger: ".modal footer button[name=action_pause]",
            run: "click",
        },
        {
            content: "Everybody sees why, and it can be resumed there",
            trigger: `body:not(:has(.modal)) ${BANNER}:contains(Stocktaking until noon)`,
        },
        {
            content: "Resume",
            trigger: `${BANNER} button[name=action_resume]`,
            run: "click",
        },
        {
            content: "It is on again",
            trigger: `body:not(:has(${BANNER})) ${STOCK} button[name=action_pause]`,
        },
        {
            content: "Ask what putting back would change",
            trigger: "button[name=action_put_back]",
            run: "click",
        },
        {
            content: "The preview lists the change",
            trigger: ".modal div[name=before_ids] tr.o_data_row:contains(-7)",
        },
        {
            content: "Say why",
            trigger: ".modal div[name=reason] input",
            run: "edit Our count is not right yet",
        },
        {
            content: "Put back",
            trigger: ".modal footer button[name=action_put_back]",
            run: "click",
        },
        {
            content: "The levels are back and stock is paused",
            trigger: `body:not(:has(.modal)) ${BANNER}:contains(levels of before are back)`,
        },
    ],
});
