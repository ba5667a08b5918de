import {Component} from "@odoo/owl";
import {CopyButton} from "@web/core/copy_button/copy_button";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/**
 * A list joined by commas, to be read and copied: all of it shows, in as many lines as
 * it takes, broken between its entries.
 */
export class RetailSyncCopyListField extends Component {
    static template = "retail_sync_core.CopyList";
    static components = {CopyButton};
    static props = {...standardFieldProps};

    setup() {
        this.successText = _t("Copied");
    }

    get text() {
        return this.props.record.data[this.props.name] || "";
    }

    get entries() {
        return this.text.split(",");
    }
}

registry.category("fields").add("retail_sync_copy_list", {
    component: RetailSyncCopyListField,
    displayName: _t("List to be copied"),
    supportedTypes: ["char"],
});
