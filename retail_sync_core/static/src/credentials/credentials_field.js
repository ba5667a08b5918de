import {Component, useEffect} from "@odoo/owl";
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

    setup() {
        // What is being typed, kept here because an update of the record takes a moment
        // and renders all inputs anew while the next one is being filled. Forgotten as
        // soon as it is saved.
        this.entered = {};
        this.updating = 0;
        useEffect(
            () => {
                if (!this.updating && !this.props.record.dirty) {
                    this.entered = {};
                }
            },
            () => [this.props.record.data[this.props.name]]
        );
    }

    get asked() {
        return (this.data.asked || []).map((item) => ({
            ...item,
            id: `${this.props.id || this.props.name}_${item.name}`,
            value: this.entered[item.name] ?? this.data.values?.[item.name] ?? "",
            placeholder: this.placeholder(item),
        }));
    }

    get steps() {
        return this.data.steps || [];
    }

    placeholder(item) {
        if (item.fetched) {
            return item.fetched;
        }
        return item.secret && item.stored ? _t("Stored. Type to replace it.") : "";
    }

    get data() {
        return this.props.record.data[this.props.name] || {};
    }

    async onInput(name, ev) {
        const {record, name: field} = this.props;
        this.entered[name] = ev.target.value;
        const values = {...this.data.values, ...this.entered};
        this.updating++;
        try {
            await record.update({[field]: {...this.data, values}});
        } finally {
            this.updating--;
        }
    }
}

registry.category("fields").add("retail_sync_credentials", {
    component: RetailSyncCredentialsField,
    displayName: _t("Credentials of a channel"),
    supportedTypes: ["json"],
});
