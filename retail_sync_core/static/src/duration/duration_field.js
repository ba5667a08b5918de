import {IntegerField, integerField} from "@web/views/fields/integer/integer_field";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useInputField} from "@web/views/fields/input_field_hook";
import {useState} from "@odoo/owl";

// seconds, and the letters that begin the unit's name: day, jour, Tag...
const UNITS = [
    {size: 86400, name: () => _t("d"), letters: "djt"},
    {size: 3600, name: () => _t("h"), letters: "h"},
    {size: 60, name: () => _t("min"), letters: "m"},
    {size: 1, name: () => _t("s"), letters: "s"},
];

/** The largest unit that says ``seconds`` without a rest. */
function unitOf(seconds) {
    return UNITS.find((unit) => seconds && seconds % unit.size === 0) || UNITS[3];
}

/** Say seconds as a person does: 300 is 5 min. */
export function sayDuration(seconds) {
    const unit = unitOf(seconds);
    return `${(seconds || 0) / unit.size} ${unit.name()}`;
}

/**
 * Return the seconds that ``text`` names; a number alone has the unit that was shown.
 *
 * @param {string} text such as 5 min, 2h, 90 s
 * @param {number} before the seconds that were shown
 */
export function readDuration(text, before) {
    const found = /^\s*(\d+)\s*([a-z]?)[a-z]*\.?\s*$/i.exec(text);
    const letter = found && found[2].toLowerCase();
    const unit = letter
        ? UNITS.find(({letters}) => letters.includes(letter))
        : unitOf(before);
    if (!found || !unit) {
        throw new Error(`no duration: ${text}`);
    }
    return Number(found[1]) * unit.size;
}

/** Seconds in the database, minutes, hours and days on the screen. */
export class RetailSyncDurationField extends IntegerField {
    setup() {
        this.state = useState({hasFocus: false});
        useInputField({
            getValue: () => this.formattedValue,
            refName: "numpadDecimal",
            parse: (text) => readDuration(text, this.value),
        });
    }

    get formattedValue() {
        return sayDuration(this.value);
    }
}

registry.category("fields").add("retail_sync_duration", {
    ...integerField,
    component: RetailSyncDurationField,
    displayName: _t("Duration"),
});
