import {onMounted, onWillUnmount} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {FormController} from "@web/views/form/form_controller";
import {formView} from "@web/views/form/form_view";
import {KanbanController} from "@web/views/kanban/kanban_controller";
import {kanbanView} from "@web/views/kanban/kanban_view";
import {ListController} from "@web/views/list/list_controller";
import {listView} from "@web/views/list/list_view";

/** Whether the person is in the middle of typing something. */
function isTyping(element) {
    const active = document.activeElement;
    return Boolean(
        element?.contains(active) &&
        active.matches("input:not([type=checkbox], [type=radio]), textarea")
    );
}

// How often a form that waits for an answer asks, should no hint come.
const WAIT_MS = 3000;

/**
 * Load the view's data again after a hint of the server, unless a person is at work.
 *
 * @param {() => boolean} isBusy whether now is a bad moment
 */
function useLiveReload(controller, isBusy) {
    const live = useService("retail_sync_live");
    const reload = async () => {
        if (!isBusy() && !isTyping(controller.rootRef?.el)) {
            await controller.model.root.load();
            controller.model.notify();
        }
    };
    let stop;
    onMounted(() => (stop = live.listen(reload)));
    onWillUnmount(() => stop());
    return reload;
}

export class RetailSyncFormController extends FormController {
    setup() {
        super.setup();
        this.isActing = false;
        const reload = useLiveReload(
            this,
            () => this.isActing || !this.model.root.resId || this.model.root.dirty
        );
        // a field "is_busy" says that an answer is awaited
        // a form may be left before its record is there
        let timer = null;
        onMounted(() => {
            timer = browser.setInterval(() => {
                if (this.model.root?.data.is_busy && !document.hidden) {
                    reload();
                }
            }, WAIT_MS);
        });
        onWillUnmount(() => browser.clearInterval(timer));
    }

    // A button loads the form anew itself. What showed its outcome sooner would let a
    // person change what that second load then overwrites.
    async beforeExecuteActionButton(...args) {
        this.isActing = true;
        let goesOn = false;
        try {
            goesOn = (await super.beforeExecuteActionButton(...args)) !== false;
            return goesOn;
        } finally {
            this.isActing = goesOn;
        }
    }

    async afterExecuteActionButton(...args) {
        this.isActing = false;
        return super.afterExecuteActionButton(...args);
    }
}

export class RetailSyncListController extends ListController {
    setup() {
        super.setup();
        useLiveReload(
            this,
            () => this.model.root.editedRecord || this.model.root.selection?.length > 0
        );
    }
}

export class RetailSyncKanbanController extends KanbanController {
    setup() {
        super.setup();
        useLiveReload(this, () => this.model.root.selection?.length > 0);
    }
}

const views = registry.category("views");
views.add("retail_sync_form", {...formView, Controller: RetailSyncFormController});
views.add("retail_sync_list", {...listView, Controller: RetailSyncListController});
views.add("retail_sync_kanban", {
    ...kanbanView,
    Controller: RetailSyncKanbanController,
});
