import {Component} from "@odoo/owl";
import {deserializeDateTime} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {sayLapse} from "../duration/duration_field";
import {sayMoment} from "../zoned_datetime/zoned_datetime_field";

const ICONS = {
    came: "fa-arrow-down",
    decided: "fa-lightbulb-o",
    sent: "fa-arrow-up",
    answered: "fa-check",
    stopped: "fa-exclamation",
};

/** What came, what was decided, what was sent and what was answered, newest last. */
export class RetailSyncTimelineField extends Component {
    static template = "retail_sync_core.Timeline";
    static props = {...standardFieldProps};

    setup() {
        this.action = useService("action");
    }

    get entries() {
        const {zone, entries = []} = this.props.record.data[this.props.name] || {};
        const moments = entries.map(({at}) => at && deserializeDateTime(at));
        return entries.map((entry, index) => ({
            ...entry,
            key: index,
            icon: ICONS[entry.kind] || "fa-circle-o",
            moment: sayMoment(moments[index], zone),
            lapse: this.lapse(moments[index - 1], moments[index]),
        }));
    }

    /** Say how long after the entry before it came. */
    lapse(before, moment) {
        const said =
            before && moment && sayLapse(moment.diff(before, "seconds").seconds);
        return said ? _t("after %s", said).toString() : "";
    }

    open({model, id}) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }
}

registry.category("fields").add("retail_sync_timeline", {
    component: RetailSyncTimelineField,
    displayName: _t("Timeline"),
    supportedTypes: ["json"],
});
