#!/usr/bin/env python3
"""A small learning app that keeps its own table of learners in step with Provost.

It takes webhooks, checks their signatures, takes each event once, and heals itself: when it starts, and every few seconds,
it reads what it missed from the event feed, and a snapshot where the feed does not reach back far enough. Only Python's
standard library is used.

    provost webhook add http://127.0.0.1:9000/hooks --allow-private --tenant acme      prints the secret
    provost api-key create --name app --scope read --tenant acme                       prints the key
    WEBHOOK_SECRET=whsec_… PROVOST_KEY=pvk_… python3 app.py --provost http://127.0.0.1:8080 --tenant acme
"""

import argparse
import base64
import hashlib
import hmac
import http.server
import json
import os
import sqlite3
import threading
import time
import urllib.error
import urllib.request

TABLES = """
CREATE TABLE IF NOT EXISTS learner (id TEXT PRIMARY KEY, state TEXT NOT NULL, profile TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS told (id TEXT PRIMARY KEY, position INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS seen (id TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS feed (one INTEGER PRIMARY KEY, cursor INTEGER NOT NULL);
"""


class Learners:
    """The table, and how far it is. What an event changes is written with the note that it was taken."""

    def __init__(self, path):
        self.lock = threading.Lock()
        self.db = sqlite3.connect(path, check_same_thread=False)
        # A commit waits for the disk once instead of four times.
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = FULL")
        self.db.executescript(TABLES)

    def take(self, event):
        """Takes an event that a webhook brought; the note that it was taken is on the disk when this returns."""
        with self.lock, self.db:
            self.note(event)

    def take_page(self, events, cursor):
        """Takes a page of the feed."""
        with self.lock, self.db:
            for event in events:
                self.note(event)
            self.keep_cursor(cursor)

    def note(self, event):
        """One event, by webhook or from the feed, in whatever order the two bring it."""
        if self.db.execute("SELECT 1 FROM seen WHERE id = ?", [event["id"]]).fetchone():
            return
        self.db.execute("INSERT INTO seen VALUES (?)", [event["id"]])
        subject = event["subject"]
        if not event["type"].startswith("learner.") or subject is None:
            return
        # Each event has the whole profile, so the one with the greatest position is right, and older ones are history.
        known = self.db.execute("SELECT position FROM told WHERE id = ?", [subject["id"]]).fetchone()
        if known and known[0] >= event["position"]:
            return
        self.db.execute("INSERT OR REPLACE INTO told VALUES (?, ?)", [subject["id"], event["position"]])
        if event["type"] == "learner.removed":
            self.db.execute("UPDATE learner SET state = 'removed' WHERE id = ?", [subject["id"]])
        else:
            profile = event["data"].get("profile", {})
            state = "active" if profile.get("active", True) else "inactive"
            row = [subject["id"], state, json.dumps(profile)]
            self.db.execute("INSERT OR REPLACE INTO learner VALUES (?, ?, ?)", row)

    def take_snapshot(self, learners, position):
        """Everybody as of a position; whoever is not named, and was not told of later, is gone."""
        with self.lock, self.db:
            named = set()
            for learner in learners:
                named.add(learner["id"])
                later = self.db.execute("SELECT position FROM told WHERE id = ?", [learner["id"]]).fetchone()
                if learner.get("held") or (later and later[0] > position):
                    continue
                row = [learner["id"], learner["state"], json.dumps(learner["profile"])]
                self.db.execute("INSERT OR REPLACE INTO learner VALUES (?, ?, ?)", row)
                self.db.execute("INSERT OR REPLACE INTO told VALUES (?, ?)", [learner["id"], position])
            for (id,) in self.db.execute("SELECT id FROM learner").fetchall():
                later = self.db.execute("SELECT position FROM told WHERE id = ?", [id]).fetchone()
                if id not in named and not (later and later[0] > position):
                    self.db.execute("UPDATE learner SET state = 'removed' WHERE id = ?", [id])
            self.keep_cursor(position)

    def keep_cursor(self, cursor):
        self.db.execute("INSERT OR REPLACE INTO feed VALUES (1, ?)", [cursor])

    def cursor(self):
        with self.lock:
            row = self.db.execute("SELECT cursor FROM feed").fetchone()
        return row and row[0]

    def all(self):
        with self.lock:
            rows = self.db.execute("SELECT id, profile FROM learner WHERE state <> 'removed'").fetchall()
        return {id: json.loads(profile) for id, profile in rows}


class Healer(threading.Thread):
    """Follows the feed behind the webhooks, so that nothing is missed whatever becomes of them."""

    def __init__(self, learners, base, key, tenant, every):
        super().__init__(daemon=True)
        self.learners, self.base, self.key, self.tenant, self.every = learners, base, key, tenant, every

    def get(self, path):
        request = urllib.request.Request(self.base + path, headers={"Authorization": "Bearer " + self.key})
        with urllib.request.urlopen(request, timeout=90) as answer:
            return json.load(answer)

    def snapshot(self):
        found, cursor = [], ""
        while cursor is not None:
            page = self.get(f"/api/v1/tenants/{self.tenant}/snapshot?limit=1000" + (cursor and f"&cursor={cursor}"))
            found += page["items"]
            cursor = page["next"]
        self.learners.take_snapshot(found, page["eventsAfter"])

    def follow(self):
        more = True
        while more:
            after = self.learners.cursor()
            if after is None:
                self.snapshot()
                continue
            try:
                page = self.get(f"/api/v1/events?after={after}&limit=1000&tenant={self.tenant}")
            except urllib.error.HTTPError as error:
                if error.code != 410:
                    raise
                self.snapshot()  # The cursor is too old, or the directory was set back.
                continue
            self.learners.take_page(page["items"], page["next"])
            more = page["more"]

    def run(self):
        while True:
            try:
                self.follow()
            except OSError as error:
                print("Provost does not answer:", error, flush=True)
            time.sleep(self.every)


def is_signed(secret, headers, body):
    """Standard Webhooks: one of the signatures must be ours, and the time must be near."""
    id, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not at.isdigit() or abs(time.time() - int(at)) > 300:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{id}.{at}.".encode() + body, hashlib.sha256).digest()
    ours = "v1," + base64.b64encode(digest).decode()
    return any(hmac.compare_digest(ours, theirs) for theirs in headers.get("webhook-signature", "").split())


class Door(http.server.BaseHTTPRequestHandler):
    """POST /hooks takes events, GET /learners shows the table."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.path != "/hooks":
            return self.answer(404)
        if not is_signed(self.server.secret, self.headers, body):
            return self.answer(401)
        event = json.loads(body)
        # The answer leaves when the event is on the disk: then it need not come again.
        if event["type"] != "webhook.test":
            self.server.learners.take(event["data"])
        self.answer(204)

    def do_GET(self):
        if self.path != "/learners":
            return self.answer(404)
        self.answer(200, json.dumps(self.server.learners.all()).encode())

    def answer(self, status, body=b""):
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=9000)
    parser.add_argument("--provost", default="http://127.0.0.1:8080")
    parser.add_argument("--tenant", default="default")
    parser.add_argument("--database", default="learners.db")
    parser.add_argument("--heal-every", type=float, default=60, help="seconds between two looks at the feed")
    args = parser.parse_args()
    learners = Learners(args.database)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", args.port), Door)
    server.learners, server.secret = learners, os.environ["WEBHOOK_SECRET"]
    print(f"the app listens on http://127.0.0.1:{server.server_port}", flush=True)
    Healer(learners, args.provost, os.environ["PROVOST_KEY"], args.tenant, args.heal_every).start()
    server.serve_forever()


if __name__ == "__main__":
    main()
