import {useEffect} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {BadgeField, badgeField} from "@web/views/fields/badge/badge_field";

/**
 * A badge that follows the server: when a hint comes and its value has changed there,
 * the record is read again. What a person is typing is never thrown away.
 */
export class RetailSyncBadgeField extends BadgeField {
    static template = "retail_sync_core.LiveBadge";

    setup() {
        this.watcher = useService("retail_sync_watcher");
        useEffect(
            (model, id) => {
                if (id) {
                    return this.watcher.watch(model, id, this.props.name, this);
                }
            },
            () => [this.props.record.resModel, this.props.record.resId]
        );
    }

    get value() {
        return this.props.record.data[this.props.name];
    }

    async renew() {
        if (!this.props.record.dirty) {
            await this.props.record.load();
        }
    }
}

export const retailSyncBadgeField = {
    ...badgeField,
    component: RetailSyncBadgeField,
    displayName: _t("Badge that follows the channel"),
    supportedTypes: ["selection", "char"],
};

registry.category("fields").add("retail_sync_badge", retailSyncBadgeField);
