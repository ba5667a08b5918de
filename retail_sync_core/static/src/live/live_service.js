import {registry} from "@web/core/registry";
import {browser} from "@web/core/browser/browser";

const CHANNEL = "retail_sync";
const MESSAGE = "retail_sync_core/refresh";
// One look at the server per screen in this time, however many hints come.
const REST_MS = 1500;
// Spread, so that a hundred open screens do not ask in the same instant.
const SPREAD_MS = 500;

/**
 * Turns the server's hints ("something changed, look again") into calls to those
 * who asked to be told. A hint carries no data: each listener reads what the user
 * may read. Hidden tabs wait until they are looked at again.
 */
export const retailSyncLiveService = {
    dependencies: ["bus_service"],
    start(env, {bus_service: bus}) {
        const listeners = new Set();
        let timer = null;
        let stale = false;
        let busy = false;

        async function tellAll() {
            timer = null;
            if (document.hidden || busy) {
                stale = true;
                return;
            }
            busy = true;
            stale = false;
            try {
                await Promise.all([...listeners].map((listener) => listener()));
            } finally {
                busy = false;
                if (stale) {
                    onHint();
                }
            }
        }

        function onHint() {
            if (timer === null && listeners.size) {
                const wait = REST_MS + Math.random() * SPREAD_MS;
                timer = browser.setTimeout(tellAll, wait);
            }
        }

        function onVisible() {
            if (!document.hidden && stale) {
                onHint();
            }
        }

        bus.subscribe(MESSAGE, onHint);
        bus.addEventListener("BUS:RECONNECT", onHint);
        document.addEventListener("visibilitychange", onVisible);

        return {
            /**
             * Call `listener` after each hint (throttled) until the returned function
             * is called.
             *
             * @param {() => Promise<void>|void} listener
             * @returns {() => void}
             */
            listen(listener) {
                if (!listeners.size) {
                    bus.addChannel(CHANNEL);
                }
                listeners.add(listener);
                return () => {
                    listeners.delete(listener);
                    if (!listeners.size) {
                        bus.deleteChannel(CHANNEL);
                    }
                };
            },
        };
    },
};

registry.category("services").add("retail_sync_live", retailSyncLiveService);
