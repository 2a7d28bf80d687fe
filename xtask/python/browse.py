"""Walks through console and setup page in Chromium, as an operator and a customer's administrator would.

usage: python browse.py PROGRAM DATA_DIR URL PICTURES

PROGRAM is provost, DATA_DIR the directory of the server that answers at URL. Pictures of each page, wide and narrow,
light and dark, go to the folder PICTURES. Each page is looked through by axe-core; what it calls serious or critical fails.
The last line is `browser: N passed, M failed`.
"""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import time
import traceback
import urllib.error
import urllib.request

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

WIDE, NARROW = {"width": 1320, "height": 900}, {"width": 390, "height": 844}
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


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
        print(f"{'ok ' if fine else '!!!'} {what}")

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


def sign_in(walk, context):
    page = context.new_page()
    page.goto(walk.provost("admin", "login-link", "--name", "ann", "--public-url", walk.url))
    walk.look(page, "sign-in")
    page.get_by_role("button", name="Open the console").press("Enter")
    page.wait_for_url(f"{walk.url}/console")
    walk.look(page, "overview-empty")
    return page


def make_link(walk, page):
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


def follow_the_guide(walk, browser, link):
    """The customer's administrator, in a browser of their own."""
    page = browser.new_context(viewport=WIDE).new_page()
    page.goto(link)
    walk.look(page, "setup")
    page.get_by_role("button", name="Make a Secret Token").click()
    token = re.search(r"pvt_\w+", page.locator("main").inner_text()).group(0)
    walk.look(page, "setup-token")
    walk.holds("the test of the connection passes", walk.scim(token, "GET", "/Users?filter=userName%20eq%20%22x%22")[0] == 200)
    page.goto(link)
    tested = page.locator("main").inner_text()
    walk.look(page, "setup-tested")
    walk.holds("the page says that the connection was tested", "Nothing has arrived yet" not in tested)
    source = pathlib.Path(__file__).parents[2] / "samples" / "organisation.json"
    engine = [walk.program, "entra", "provision", "--tenant-url", f"{walk.url}/scim_v2", "--secret-token", token]
    engine += ["--source", str(source), "--state-dir", f"{walk.folder}-engine"]
    subprocess.run(engine, check=True, capture_output=True)
    page.goto(link)
    walk.look(page, "setup-arrived")
    count = re.search(r"People\s+(\d[\d,]*)", page.locator("main").inner_text())
    walk.holds("the page counts who has arrived", count is not None and int(re.sub(r"\D", "", count.group(1))) > 100)
    return token


def find_a_learner(walk, page):
    page.goto(f"{walk.url}/console/tenants/default/learners")
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
    status, _ = walk.scim(token, "POST", "/Users", {"schemas": [USER], "displayName": "<script>alert(1)</script>"})
    walk.holds("a user without a name is refused", status == 400)
    page.goto(f"{walk.url}/console/tenants/default/log?failures=on")
    walk.look(page, "log")
    page.get_by_role("link", name="<script>alert(1)</script>").click()
    walk.look(page, "log-entry")
    text = page.locator("main").inner_text()
    walk.holds("the entry says what to do", "What to do:" in text and "userName" in text)


def approve_a_lock_out(walk, page, token):
    _, found = walk.scim(token, "GET", "/Users?count=60&attributes=id&filter=active%20eq%20true")
    off = {"schemas": [PATCH], "Operations": [{"op": "Replace", "path": "active", "value": "False"}]}
    for user in found["Resources"]:
        walk.scim(token, "PATCH", f"/Users/{user['id']}", off)
    page.goto(f"{walk.url}/console/tenants/default/connections/default/held")
    walk.look(page, "held")
    held = page.locator(".sentence").inner_text()
    walk.holds("the mass lock-out is held", "held back from the app" in held)
    page.locator("summary", has_text="Approve").press("Enter")
    walk.look(page, "held-approve")
    page.get_by_role("button", name=re.compile("^Approve")).click()
    expect(page.get_by_text("Nothing is held.")).to_be_visible()
    walk.holds("it is approved", "were approved" in page.locator("main").inner_text())


def revoke_the_token(walk, page, token):
    page.goto(f"{walk.url}/console/tenants/default/connections/default/tokens")
    walk.look(page, "tokens")
    page.locator("summary", has_text="Revoke").first.click()
    walk.look(page, "token-revoke")
    page.get_by_role("button", name=re.compile("^Revoke ")).first.click()
    expect(page.get_by_text("The token is revoked")).to_be_visible()
    end = time.monotonic() + 10
    while walk.scim(token, "GET", "/Users?count=1")[0] != 401 and time.monotonic() < end:
        time.sleep(0.2)
    walk.holds("the next request is refused", walk.scim(token, "GET", "/Users?count=1")[0] == 401)
    time.sleep(1)
    page.goto(f"{walk.url}/console/tenants/default")
    walk.look(page, "health-refused")
    walk.holds("and explained", "token is refused" in page.locator(".sentence").first.inner_text())
    page.goto(f"{walk.url}/console")
    walk.look(page, "overview")


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
        try:
            context = browser.new_context(viewport=WIDE)
            page = sign_in(walk, context)
            page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
            page.on("pageerror", lambda error: said.append(str(error)))
            link = make_link(walk, page)
            token = follow_the_guide(walk, browser, link)
            find_a_learner(walk, page)
            read_a_failure(walk, page, token)
            approve_a_lock_out(walk, page, token)
            revoke_the_token(walk, page, token)
            walk.holds(f"pages say nothing to the browser's console {said[:3]}", not said)
            look_at_the_rest(walk, page)
        except Exception:
            traceback.print_exc()
            walk.problems.append("the walk broke off")
        browser.close()
    print(f"browser: {walk.passed} passed, {len(walk.problems)} failed")
    return 1 if walk.problems else 0


if __name__ == "__main__":
    sys.exit(main())
