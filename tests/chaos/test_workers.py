"""Two servers work on one database: each job once, one of a key at a time."""

import os
import random

JOBS = int(os.environ.get("RETAIL_SYNC_CHAOS_JOBS", "2000"))
HOT_KEYS = 15
LIVE_CHANNEL = """
env["retail.sync.fuse"]._confirm()
env["retail.sync.slot"]._ensure_slots(4)
channels = env["retail.sync.channel"].create(
    [{"name": f"Channel {n}", "state": "live"} for n in range(3)]
)
env["retail.sync.workflow"].search([]).write({"state": "paused"})
"""
ENQUEUE = """
import random
rnd, rows = random.Random(%d), []
channels = env["retail.sync.channel"].search([]).ids
for number in range(%d):
    hot = rnd.random() < 0.5
    key = f"hot:{rnd.randrange(%d)}" if hot else f"own:{number}"
    rows.append({"channel": rnd.choice(channels), "handler": "test.trace",
                 "order_key": key, "lane": rnd.choice([0, 1, 2])})
env["retail.sync.job"]._enqueue_many(rows)
"""
OVERLAPS = """
SELECT count(*) FROM retail_sync_test_trace a
  JOIN retail_sync_job ja ON ja.id = a.job_id
  JOIN retail_sync_test_trace b ON b.order_key = a.order_key AND b.id > a.id
  JOIN retail_sync_job jb ON jb.id = b.job_id AND jb.channel_id = ja.channel_id
 WHERE a.started < b.ended AND b.started < a.ended
"""
TWICE = """
SELECT count(*) FROM (SELECT job_id FROM retail_sync_test_trace
                       GROUP BY job_id HAVING count(*) > 1) AS twice
"""


def prepare(cluster):
    """Fill the database with jobs, half of them on few keys."""
    cluster.shell(LIVE_CHANNEL + ENQUEUE % (random.randrange(10**6), JOBS, HOT_KEYS))


def ran(cluster):
    return cluster.sql("SELECT count(*) FROM retail_sync_test_trace")[0][0]


def assert_each_once(cluster):
    assert ran(cluster) == JOBS
    assert cluster.sql(TWICE) == [(0,)]
    assert cluster.sql(OVERLAPS) == [(0,)]
    assert cluster.sql("SELECT DISTINCT state FROM retail_sync_job") == [("done",)]


def test_two_servers_run_each_job_once_and_one_of_a_key_at_a_time(cluster):
    prepare(cluster)

    cluster.start()
    cluster.start()
    cluster.kick_until("all jobs", lambda: ran(cluster) >= JOBS)

    cluster.kick_until("the last settle", lambda: not _open(cluster))
    assert_each_once(cluster)
    assert len(cluster.sql("SELECT DISTINCT pid FROM retail_sync_test_trace")) > 1


def test_a_server_killed_in_the_middle_loses_and_doubles_nothing(cluster):
    prepare(cluster)
    victim = cluster.start()
    cluster.start()

    cluster.kick_until("a quarter", lambda: ran(cluster) >= JOBS // 4)
    cluster.kill(victim)

    cluster.kick_until("all jobs", lambda: ran(cluster) >= JOBS and not _open(cluster))
    assert_each_once(cluster)


def _open(cluster):
    return cluster.sql(
        "SELECT count(*) FROM retail_sync_job WHERE state IN ('pending', 'running')"
    )[0][0]
