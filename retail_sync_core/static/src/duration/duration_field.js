import {IntegerField, integerField} from "@web/views/fields/integer/integer_field";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useInputField} from "@web/views/fields/input_field_hook";
import {useState} from "@odoo/owl";

// seconds, how so many are said, and what people write for the unit: day, jour, Tag...
const UNITS = [
    {size: 86400, say: (n) => _t("%s d", n), words: /^(d|days?|j|jours?|t|tage?)$/},
    {
        size: 3600,
        say: (n) => _t("%s h", n),
        words: /^(h|hrs?|hours?|heures?|std|stunden?)$/,
    },
    {size: 60, say: (n) => _t("%s min", n), words: /^(m|min|mins|minutes?|minuten)$/},
    {
        size: 1,
        say: (n) => _t("%s s", n),
        words: /^(s|secs?|seconds?|secondes?|sek|sekunden?)$/,
    },
];

/** The largest unit that says ``seconds`` without a rest. */
function unitOf(seconds) {
    return UNITS.find((unit) => seconds && seconds % unit.size === 0) || UNITS[3];
}

/** Say seconds as a person does: 300 is 5 min. */
export function sayDuration(seconds) {
    const unit = unitOf(seconds);
    return unit.say((seconds || 0) / unit.size).toString();
}

/** Say about how long it took: 4000 is 1 h; nothing below a second. */
export function sayLapse(seconds) {
    const unit = UNITS.find(({size}) => seconds >= size);
    return unit ? unit.say(Math.round(seconds / unit.size)).toString() : "";
}

/**
 * Return the seconds that ``text`` names; a number alone has the unit that was shown.
 *
 * @param {string} text such as 5 min, 2h, 90 s
 * @param {number} before the seconds that were shown
 */
export function readDuration(text, before) {
    const found = /^\s*(\d+)\s*(\p{L}*)\.?\s*$/u.exec(text);
    const word = found && found[2].toLowerCase();
    const unit = word ? UNITS.find(({words}) => words.test(word)) : unitOf(before);
    if (!found || !unit) {
        throw new Error(`no duration: ${text}`);
    }
    return Number(found[1]) * unit.size;
}

/** Seconds in the database, minutes, hours and days on the screen. */
export class RetailSyncDurationField extends IntegerField {
    static template = "retail_sync_core.DurationField";

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
