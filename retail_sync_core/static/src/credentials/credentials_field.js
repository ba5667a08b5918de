import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/**
 * One input for each thing the channel's account needs. What is secret is only ever
 * sent to the server, never back: the server says whether it has one.
 */
export class RetailSyncCredentialsField extends Component {
    static template = "retail_sync_core.Credentials";
    static props = {...standardFieldProps};

    get asked() {
        return (this.data.asked || []).map((item) => ({
            ...item,
            id: `${this.props.id || this.props.name}_${item.name}`,
            value: this.data.values?.[item.name] || "",
            placeholder:
                item.secret && item.stored ? _t("Stored. Type to replace it.") : "",
        }));
    }

    get data() {
        return this.props.record.data[this.props.name] || {};
    }

    onChange(name, ev) {
        const values = {...this.data.values, [name]: ev.target.value.trim()};
        this.props.record.update({[this.props.name]: {...this.data, values}});
    }
}

registry.category("fields").add("retail_sync_credentials", {
    component: RetailSyncCredentialsField,
    displayName: _t("Credentials of a channel"),
    supportedTypes: ["json"],
});
