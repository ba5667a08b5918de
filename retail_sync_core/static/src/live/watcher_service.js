import {registry} from "@web/core/registry";

/**
 * Watches single fields of shown records. After a hint all of them are read at once,
 * one call per model, and only those whose value changed are told.
 */
export const retailSyncWatcherService = {
    dependencies: ["retail_sync_live", "orm"],
    start(env, {retail_sync_live: live, orm}) {
        const watched = new Set();
        let stop = null;

        function byModel() {
            const models = new Map();
            for (const entry of watched) {
                const group = models.get(entry.model) || {
                    ids: new Set(),
                    names: new Set(),
                };
                group.ids.add(entry.id);
                group.names.add(entry.name);
                models.set(entry.model, group);
            }
            return models;
        }

        async function look() {
            for (const [model, {ids, names}] of byModel()) {
                const rows = await orm.silent.searchRead(
                    model,
                    [["id", "in", [...ids]]],
                    [...names],
                    {context: {active_test: false}}
                );
                await tell(model, new Map(rows.map((row) => [row.id, row])));
            }
        }

        async function tell(model, rows) {
            const changed = [...watched].filter(
                ({model: of, id, name, listener}) =>
                    of === model &&
                    rows.has(id) &&
                    rows.get(id)[name] !== listener.value
            );
            for (const {listener} of changed) {
                await listener.renew();
            }
        }

        return {
            /**
             * @param {string} model
             * @param {number} id
             * @param {string} name of the field
             * @param {{value: any, renew: () => Promise<void>}} listener
             * @returns {() => void} to stop watching
             */
            watch(model, id, name, listener) {
                const entry = {model, id, name, listener};
                watched.add(entry);
                stop ||= live.listen(look);
                return () => {
                    watched.delete(entry);
                    if (!watched.size) {
                        stop();
                        stop = null;
                    }
                };
            },
        };
    },
};

registry.category("services").add("retail_sync_watcher", retailSyncWatcherService);
