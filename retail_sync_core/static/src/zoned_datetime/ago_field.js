import {Component, onWillUnmount, useState} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";
import {formatDateTime} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

const TICK_MS = 30000;

/** How long ago a moment was, kept up to date; the moment itself as a tooltip. */
export class RetailSyncAgoField extends Component {
    static template = "retail_sync_core.Ago";
    static props = {...standardFieldProps};

    setup() {
        this.clock = useState({ticks: 0});
        const timer = browser.setInterval(() => this.clock.ticks++, TICK_MS);
        onWillUnmount(() => browser.clearInterval(timer));
    }

    get moment() {
        return this.props.record.data[this.props.name];
    }

    get text() {
        const seconds =
            this.clock.ticks >= 0 && -this.moment.diffNow("seconds").seconds;
        return seconds < 45 ? _t("just now") : this.moment.toRelative();
    }

    get title() {
        return formatDateTime(this.moment);
    }
}

registry.category("fields").add("retail_sync_ago", {
    component: RetailSyncAgoField,
    displayName: _t("How long ago"),
    supportedTypes: ["datetime"],
});
