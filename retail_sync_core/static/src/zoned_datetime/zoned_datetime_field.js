import {Component} from "@odoo/owl";
import {toLocaleDateTimeString} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/**
 * Say a moment in the user's zone, and beside it in the channel's zone where the two
 * clocks differ.
 *
 * @param {luxon.DateTime|false} moment
 * @param {string} [zone] IANA name
 * @returns {{own: string, theirs: string, zone: string}}
 */
export function sayMoment(moment, zone) {
    if (!moment) {
        return {own: "", theirs: "", zone: ""};
    }
    const own = toLocaleDateTimeString(moment, {showSeconds: false});
    const there = zone ? moment.setZone(zone) : moment;
    if (!there.isValid || there.offset === moment.offset) {
        return {own, theirs: "", zone: ""};
    }
    const sameDay = there.hasSame(moment.setZone(zone, {keepLocalTime: true}), "day");
    const theirs = sameDay ? there.toFormat("HH:mm") : there.toFormat("d LLL HH:mm");
    return {own, theirs, zone};
}

export class RetailSyncZonedDateTimeField extends Component {
    static template = "retail_sync_core.ZonedDateTime";
    static props = {...standardFieldProps, zoneField: {type: String, optional: true}};

    get moment() {
        const {record, name, zoneField} = this.props;
        return sayMoment(record.data[name], record.data[zoneField]);
    }
}

registry.category("fields").add("retail_sync_datetime", {
    component: RetailSyncZonedDateTimeField,
    displayName: _t("Date & time, here and at the channel"),
    supportedTypes: ["datetime"],
    extractProps: ({options}) => ({zoneField: options.zone_field || "timezone"}),
    fieldDependencies: ({options}) => [
        {name: options.zone_field || "timezone", type: "char", readonly: true},
    ],
});
