"""Walks through console and setup page in Chromium, as an operator and a customer's administrator would.

usage: python browse.py PROGRAM DATA_DIR URL PICTURES

PROGRAM is provost, DATA_DIR the directory of the server that answers at URL; that server should take a cycle for done after
a few quiet seconds (--cycle-quiet). The engine, `PROGRAM entra`, plays Entra. The setup page is loaded once and then only
looked at: what it shows later, it has shown by itself.

Pictures of each page, wide and narrow, light and dark, go to the folder PICTURES. Each page is looked through by axe-core;
what it calls serious or critical fails. The last line is `browser: N passed, M failed`.
"""

import http.server
import json
import pathlib
import re
import shutil
import subprocess
import sys
import threading
import time
import traceback
import urllib.error
import urllib.request

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

WIDE, NARROW = {"width": 1320, "height": 900}, {"width": 390, "height": 844}
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
SAMPLE = pathlib.Path(__file__).parents[2] / "samples" / "organisation.json"
# So many requests a second, that people and groups are seen to arrive one after the other.
RATE = "40"
# People whose accounts the customer switches off by mistake: more than the guard lets pass.
LOCKED_OUT = 60
# The part renews itself every five seconds, and the server writes down every thirty what has gone quiet.
SOON, LATER = 30_000, 150_000


class Walk:
    def __init__(self, program, folder, url, pictures):
        self.program, self.folder, self.url = program, folder, url
        self.pictures = pathlib.Path(pictures)
        self.pictures.mkdir(parents=True, exist_ok=True)
        self.passed, self.problems = 0, []
        self.axe = Axe()

    def provost(self, *arguments):
        command = [self.program, *arguments, "--data-dir", self.folder]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def entra(self, what, token, *more):
        """The engine at work: a process that plays Entra."""
        command = [self.program, "entra", what, "--tenant-url", f"{self.url}/scim_v2", "--secret-token", token, *more]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def cycle(self, token, source):
        # As the guide has it: externalId from objectId.
        more = ["--source", str(source), "--state-dir", f"{self.folder}-engine", "--rate", RATE]
        more += ["--external-id", "object-id"]
        return self.entra("provision", token, *more)

    def scim(self, token, method, path, body=None):
        """A request of the identity provider: status and JSON."""
        request = urllib.request.Request(f"{self.url}/scim_v2{path}", method=method)
        request.add_header("Authorization", f"Bearer {token}")
        request.add_header("Content-Type", "application/scim+json")
        data = None if body is None else json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request, data, timeout=20) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            return error.code, None

    def holds(self, what, fine):
        if fine:
            self.passed += 1
        else:
            self.problems.append(what)
        print(f"{'ok ' if fine else '!!!'} {what}", flush=True)

    def sees(self, what, expectation):
        """What the page comes to show: `expectation` waits for it."""
        try:
            expectation()
            self.holds(what, True)
        except AssertionError as error:
            print(f"    {str(error).strip()[:400]}")
            self.holds(what, False)

    def look(self, page, name):
        """Takes the page's pictures, and has axe-core look through it."""
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            for size, width in (("wide", WIDE), ("narrow", NARROW)):
                page.set_viewport_size(width)
                page.screenshot(path=self.pictures / f"{name}-{scheme}-{size}.png", full_page=True)
                over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                self.holds(f"{name}: nothing stands over the edge, {size}", over <= 0)
            page.set_viewport_size(WIDE)
            found = self.axe.run(page).response["violations"]
            bad = [v for v in found if v["impact"] in ("serious", "critical")]
            for violation in bad:
                print(f"    {violation['id']}: {[n['target'] for n in violation['nodes']][:3]}")
            self.holds(f"{name}: axe-core finds nothing serious, {scheme}", not bad)
        page.emulate_media(color_scheme="light")


class Receiver:
    """An app's endpoint for webhooks, which refuses everything until it is told to do better."""

    def __init__(self):
        receiver = self
        self.status = 500

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers.get("content-length", 0)))
                self.send_response(receiver.status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hooks"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def sign_in(walk, context, name, looked_at=True):
    page = context.new_page()
    page.goto(walk.provost("admin", "login-link", "--name", name, "--public-url", walk.url))
    if looked_at:
        walk.look(page, "sign-in")
    page.get_by_role("button", name="Open the console").press("Enter")
    page.wait_for_url(f"{walk.url}/console")
    return page


def make_link(walk, page):
    """From the first start to a link for the customer."""
    walk.look(page, "overview-empty")
    page.get_by_role("link", name="default").first.click()
    expect(page.get_by_text("has not come yet")).to_be_visible()
    walk.look(page, "health-empty")
    page.get_by_role("link", name="Setup links").first.click()
    page.get_by_label("For whom").fill("Ann at Contoso")
    page.get_by_role("button", name="Create setup link").click()
    link = page.locator("#new-link").inner_text()
    walk.look(page, "setup-link-made")
    walk.holds("the setup link is shown", link.startswith(f"{walk.url}/setup/"))
    return link


def ticked(page, step):
    return page.locator("ul.progress li", has_text=step).locator(".tick.done")


def people(page):
    found = re.search(r"People\s+(\d[\d,]*)", page.locator("#live-part").inner_text())
    return int(found.group(1).replace(",", "")) if found else 0


def follow_the_guide(walk, browser, link):
    """The customer's administrator, in a browser of their own, watches each step tick while Entra is at work."""
    page = browser.new_context(viewport=WIDE).new_page()
    page.goto(link)
    walk.look(page, "setup")
    page.get_by_role("button", name="Make a Secret Token").click()
    token = page.locator("#new-token").inner_text()
    walk.look(page, "setup-token")
    page.goto(link)
    # It is gone if the page is ever loaded again.
    page.evaluate("window.loadedOnce = true")
    steps = ["Connection tested", "Groups asked for", "First person arrived", "First group arrived", "First cycle done"]
    for step in steps:
        walk.sees(f"setup page: “{step}” is open at first", lambda: expect(ticked(page, step)).to_have_count(0))

    walk.holds("Entra's Test Connection passes", walk.entra("test-connection", token).wait(60) == 0)
    walk.sees("setup page: “Connection tested” ticks", lambda: expect(ticked(page, steps[0])).to_be_visible(timeout=SOON))
    walk.sees("the guide's own step ticks with it", lambda: expect(page.locator("#tick-tested.done")).to_be_visible())
    walk.look(page, "setup-tested")

    cycle = walk.cycle(token, SAMPLE)
    for step in steps[2:3] + steps[1:2]:
        walk.sees(f"setup page: “{step}” ticks", lambda: expect(ticked(page, step)).to_be_visible(timeout=LATER))
    first = people(page)
    walk.look(page, "setup-arriving")
    walk.sees("and the guide's with them", lambda: expect(page.locator("#tick-learner.done")).to_be_visible())
    more = lambda: page.wait_for_function(
        "before => Number((/People\\s+([\\d,]+)/.exec(document.getElementById('live-part').innerText) || [0, '0'])[1]"
        ".replace(',', '')) > before", arg=first, timeout=LATER)
    more()
    walk.holds("the learner count moves", people(page) > first > 0)
    walk.sees(f"setup page: “{steps[3]}” ticks", lambda: expect(ticked(page, steps[3])).to_be_visible(timeout=LATER))
    walk.holds("Entra's first cycle ends well", cycle.wait(300) == 0)
    walk.sees(f"setup page: “{steps[4]}” ticks", lambda: expect(ticked(page, steps[4])).to_be_visible(timeout=LATER))
    walk.sees("setup page says that it works", lambda: expect(page.get_by_text("It works. 4")).to_be_visible())
    walk.holds("setup page was never loaded anew", page.evaluate("window.loadedOnce === true"))
    walk.look(page, "setup-done")
    return page, token


def find_a_learner(walk, page):
    page.goto(f"{walk.url}/console/tenants/default")
    walk.sees("console: provisioning works", lambda: expect(page.get_by_text("Provisioning is working")).to_be_visible())
    walk.look(page, "health")
    page.get_by_role("link", name="Learners").first.click()
    walk.look(page, "learners")
    page.get_by_label("Name or address begins with").fill("BJensen")
    page.get_by_role("button", name="Search").press("Enter")
    page.wait_for_url("**q=BJensen**")
    page.locator("th a.main").first.click()
    expect(page.get_by_role("heading", name="History")).to_be_visible()
    walk.look(page, "learner")
    walk.holds("the learner is found", "BJensen" in page.locator("main").inner_text())
    page.goto(f"{walk.url}/console/tenants/default/groups")
    walk.look(page, "groups")
    page.locator("th a.main").first.click()
    walk.look(page, "group")


def read_a_failure(walk, page, token):
    """The log follows live; what is refused stands in it with what to do."""
    page.goto(f"{walk.url}/console/tenants/default/log?failures=on")
    page.get_by_role("link", name="Follow live").click()
    page.wait_for_url("**live=on**")
    status, _ = walk.scim(token, "POST", "/Users", {"schemas": [USER], "displayName": "<script>alert(1)</script>"})
    walk.holds("a user without a name is refused", status == 400)
    entry = page.get_by_role("link", name="<script>alert(1)</script>")
    walk.sees("the log shows it by itself", lambda: expect(entry).to_be_visible(timeout=SOON))
    page.get_by_role("link", name="Stop following").click()
    walk.look(page, "log")
    entry.click()
    page.wait_for_url(re.compile(r"/log/\d+$"))
    walk.look(page, "log-entry")
    text = page.locator("main").inner_text()
    walk.holds("the entry says what to do", "What to do:" in text and "userName" in text)


def revoke_the_token(walk, page, setup, token):
    """What the operator takes away, Entra's next request meets, and both pages say why."""
    page.goto(f"{walk.url}/console/tenants/default/connections/default/tokens")
    walk.look(page, "tokens")
    page.locator("summary", has_text="Revoke").first.click()
    walk.look(page, "token-revoke")
    page.get_by_role("button", name=re.compile("^Revoke ")).first.click()
    expect(page.get_by_text("The token is revoked")).to_be_visible()
    end = time.monotonic() + 10
    while walk.scim(token, "GET", "/Users?count=1")[0] != 401 and time.monotonic() < end:
        time.sleep(0.2)
    walk.holds("Entra's next test is refused", walk.entra("test-connection", token).wait(60) != 0)
    problem = setup.locator("article.problem", has_text="revoked")
    walk.sees("setup page: the refusal is explained", lambda: expect(problem).to_be_visible(timeout=SOON))
    walk.sees("setup page: it begins with that", lambda: expect(setup.locator(".sentence").first).to_contain_text("It does not work"))
    walk.holds("setup page: still the page that was loaded once", setup.evaluate("window.loadedOnce === true"))
    walk.look(setup, "setup-refused")
    page.goto(f"{walk.url}/console/tenants/default")
    walk.look(page, "health-refused")
    walk.holds("console: it is explained", "token is refused" in page.locator(".sentence").first.inner_text())
    page.goto(f"{walk.url}/console")
    walk.look(page, "overview")


def mend_without_scripts(walk, browser, link, setup):
    """The administrator makes another token, in a browser that runs no scripts; the page that is open sees it work."""
    page = browser.new_context(viewport=WIDE, java_script_enabled=False).new_page()
    page.goto(link)
    page.screenshot(path=walk.pictures / "setup-without-scripts.png", full_page=True)
    walk.holds("without scripts: the page tells how far it is", "First cycle done: done" in page.locator("ul.progress").inner_text().replace("\n", ""))
    walk.holds("without scripts: and how to look again", page.locator("noscript a").count() == 1)
    page.get_by_role("button", name=re.compile("Make .*Secret Token")).click()
    token = page.locator("#new-token").inner_text()
    walk.holds("without scripts: a token is made", token.startswith("pvt_"))
    walk.holds("Entra's test with it passes", walk.entra("test-connection", token).wait(60) == 0)
    gone = setup.locator(".sentence").first
    walk.sees("setup page: it works again", lambda: expect(gone).to_contain_text("It works", timeout=SOON))
    return token


def act_without_scripts(walk, browser):
    """The console in a browser that runs no scripts."""
    page = sign_in(walk, browser.new_context(viewport=WIDE, java_script_enabled=False), "ben", looked_at=False)
    page.get_by_role("link", name="default").first.click()
    page.screenshot(path=walk.pictures / "health-without-scripts.png", full_page=True)
    walk.holds("without scripts: the console tells how it does", page.locator(".sentence").count() > 0)
    page.get_by_role("link", name="Learners").first.click()
    page.get_by_label("Name or address begins with").fill("BJensen")
    page.get_by_role("button", name="Search").click()
    walk.holds("without scripts: a learner is found", page.locator("th a.main").count() == 1)
    page.get_by_role("link", name="Settings").first.click()
    page.locator("summary", has_text="Pause").click()
    page.get_by_role("button", name="Pause default").click()
    walk.holds("without scripts: the connection is paused", page.get_by_text("The connection is paused.").count() == 1)
    page.get_by_role("button", name="Resume").click()
    walk.holds("without scripts: it goes on", page.get_by_text("The connection goes on.").count() == 1)


def approve_a_lock_out(walk, page, token):
    """Somebody at the customer's switches off a department by mistake; Entra's next cycle brings it."""
    people = json.loads(SAMPLE.read_text())
    active = [user for user in people["users"] if user["accountEnabled"]]
    for user in active[:LOCKED_OUT]:
        user["accountEnabled"] = False
    source = pathlib.Path(f"{walk.folder}-engine") / "organisation.json"
    source.write_text(json.dumps(people))
    walk.holds("Entra's cycle with the lock-out ends well", walk.cycle(token, source).wait(300) == 0)
    page.goto(f"{walk.url}/console/tenants/default/connections/default/held")
    walk.look(page, "held")
    held = page.locator(".sentence").inner_text()
    walk.holds("the mass lock-out is held", "held back from the app" in held)
    page.locator("summary", has_text="Approve").press("Enter")
    walk.look(page, "held-approve")
    page.get_by_role("button", name=re.compile("^Approve")).click()
    expect(page.get_by_text("Nothing is held.")).to_be_visible()
    walk.holds("it is approved", "were approved" in page.locator("main").inner_text())


def tell_an_app(walk, page):
    """A receiver that refuses, then takes what it is sent."""
    receiver = Receiver()
    page.goto(f"{walk.url}/console/tenants/default/webhooks")
    walk.look(page, "webhooks-empty")
    page.get_by_label("Address").fill(receiver.url)
    page.get_by_label("Your words for it").fill("the learning app")
    page.get_by_label("The receiver is on a private network").check()
    page.get_by_role("button", name="Add webhook").click()
    walk.holds("the signing secret is shown", page.locator("#new-secret").inner_text().startswith("whsec_"))
    walk.look(page, "webhook-made")
    page.get_by_role("link", name="See the webhook").click()
    page.get_by_role("button", name="Send a test").click()
    walk.holds("a test that fails says what to do", page.get_by_text("look into the app’s own log").count() > 0)
    page.get_by_label("After position").fill("0")
    page.get_by_role("button", name="Send once more").click()
    walk.holds("a replay is taken", page.get_by_text("are sent once more").count() == 1)
    end = time.monotonic() + 60
    while page.locator("tbody td .state").count() == 0 and time.monotonic() < end:
        time.sleep(1)
        page.goto(re.sub(r"/replay$", "", page.url))
    walk.look(page, "webhook")
    walk.holds("attempts stand with their status", page.get_by_text("status 500").count() > 0)
    receiver.status = 204
    page.get_by_role("button", name="Send a test").click()
    walk.holds("a test that succeeds says so", page.get_by_text("The test was taken").count() == 1)
    page.goto(f"{walk.url}/console/tenants/default/webhooks")
    walk.look(page, "webhooks")
    page.goto(f"{walk.url}/console/webhooks")
    walk.look(page, "webhooks-of-all")


def protect_somebody(walk, page):
    page.goto(f"{walk.url}/console/tenants/default/connections/default/leftovers")
    walk.look(page, "leftovers-empty")
    page.get_by_label("Protect a learner").fill("BJensen@contoso-learning.example")
    page.get_by_role("button", name="Protect", exact=True).click()
    walk.look(page, "leftovers")


def look_at_the_rest(walk, page):
    tenant = f"{walk.url}/console/tenants/default"
    for name in ("imports", "schemas", "learners/removed"):
        page.goto(f"{tenant}/{name}")
        walk.look(page, name.replace("/", "-"))
    page.goto(f"{tenant}/connections/default/settings")
    page.locator("summary", has_text="Switch single ones").click()
    walk.look(page, "settings")
    page.goto(f"{tenant}/nowhere")
    walk.look(page, "nowhere")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    page.goto(f"{walk.url}/console")
    walk.holds("who has signed out is out", page.url.endswith("/console/sign-in"))


def main():
    if len(sys.argv) != 5:
        print(__doc__, file=sys.stderr)
        return 1
    walk = Walk(*sys.argv[1:])
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        # No sandbox: the tests may run as root, and what is browsed is our own server.
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        said = []

        def listen(page):
            page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
            page.on("pageerror", lambda error: said.append(str(error)))

        try:
            page = sign_in(walk, browser.new_context(viewport=WIDE), "ann")
            listen(page)
            link = make_link(walk, page)
            setup, token = follow_the_guide(walk, browser, link)
            listen(setup)
            find_a_learner(walk, page)
            read_a_failure(walk, page, token)
            revoke_the_token(walk, page, setup, token)
            token = mend_without_scripts(walk, browser, link, setup)
            act_without_scripts(walk, browser)
            approve_a_lock_out(walk, page, token)
            tell_an_app(walk, page)
            protect_somebody(walk, page)
            walk.holds(f"pages say nothing to the browser's console {said[:3]}", not said)
            look_at_the_rest(walk, page)
        except Exception:
            traceback.print_exc()
            walk.problems.append("the walk broke off")
        browser.close()
    shutil.rmtree(f"{walk.folder}-engine", ignore_errors=True)
    print(f"browser: {walk.passed} passed, {len(walk.problems)} failed")
    return 1 if walk.problems else 0


if __name__ == "__main__":
    sys.exit(main())
