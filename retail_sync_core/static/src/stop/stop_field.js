import {Component, onMounted, onWillUnmount, useEffect, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/**
 * The banner on a delivery: what stops it, and what to do with the goods. It follows the
 * server also while the picker is typing; what is typed stays as it is.
 */
export class RetailSyncStopField extends Component {
    static template = "retail_sync_core.Stop";
    static props = {...standardFieldProps};

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.live = useService("retail_sync_live");
        this.state = useState({seen: null, busy: false});
        let stop = null;
        onMounted(() => (stop = this.live.listen(() => this.look())));
        onWillUnmount(() => stop());
        useEffect(
            () => {
                this.state.seen = null;
            },
            () => [this.props.record.resId, JSON.stringify(this.loaded)]
        );
    }

    get loaded() {
        return this.props.record.data[this.props.name];
    }

    get value() {
        return this.state.seen || this.loaded || {hold: "", stops: []};
    }

    get stops() {
        return this.value.stops || [];
    }

    /** A hold is told apart only where no stop tells of it. */
    get hold() {
        return this.stops.length ? "" : this.value.hold;
    }

    async look() {
        const {resModel, resId} = this.props.record;
        if (!resId || this.state.busy) {
            return;
        }
        const [row] = await this.orm.silent.read(resModel, [resId], [this.props.name]);
        if (
            !row ||
            JSON.stringify(row[this.props.name]) === JSON.stringify(this.value)
        ) {
            return;
        }
        this.state.seen = row[this.props.name];
        if (!this.props.record.dirty) {
            await this.props.record.load();
        }
    }

    async acknowledge(stop) {
        const {record} = this.props;
        this.state.busy = true;
        try {
            if (!(await record.save())) {
                return;
            }
            const isRead = await this.orm.call(
                record.resModel,
                "retail_sync_action_acknowledge",
                [[record.resId], stop.id, stop.said]
            );
            if (!isRead) {
                this.notification.add(
                    _t("This was said anew meanwhile: read what the banner says now."),
                    {type: "warning"}
                );
            }
            this.state.seen = null;
            await record.load();
        } finally {
            this.state.busy = false;
        }
    }
}

export const retailSyncStopField = {
    component: RetailSyncStopField,
    displayName: _t("What stops a delivery"),
    supportedTypes: ["json"],
};

registry.category("fields").add("retail_sync_stop", retailSyncStopField);
