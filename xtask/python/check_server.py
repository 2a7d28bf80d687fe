"""Runs scim2-tester against a SCIM server and prints a table of its verdicts.

usage: PROVOST_TOKEN=… python check_server.py TENANT_URL

The last line is `scim2-tester: N passed, M failed`; the exit status is 1 when a check failed or was skipped.
"""

import collections
import os
import sys

import httpx2
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server

# Verdicts that mean the server keeps the standard. A deviation is a recommendation not followed: shown,
# not failed.
FINE = {Status.SUCCESS, Status.COMPLIANT, Status.ACCEPTABLE, Status.DEVIATION}


def main() -> int:
    if len(sys.argv) != 2 or "PROVOST_TOKEN" not in os.environ:
        print(__doc__, file=sys.stderr)
        return 1
    headers = {"Authorization": f"Bearer {os.environ['PROVOST_TOKEN']}"}
    # trust_env: a proxy of the machine must not stand between us and a loopback server.
    with httpx2.Client(base_url=sys.argv[1], headers=headers, timeout=30, trust_env=False) as http:
        results = check_server(SyncSCIMClient(http))

    for result in results:
        if result.status in FINE and result.status is not Status.DEVIATION:
            continue
        print(f"{result.status.name:<10} {result.resource_type or '-'}: {result.title}: {result.reason}")
        if result.data is not None and result.status is not Status.DEVIATION:
            print(f"           {str(result.data)[:2000]}")

    rows = collections.defaultdict(collections.Counter)
    for result in results:
        rows[(result.resource_type or "-", result.title or "-")][result.status.name] += 1
    width = max((len(title) for _, title in rows), default=0)
    print(f"{'resource':<10} {'check':<{width}} verdicts")
    for (resource_type, title), verdicts in rows.items():
        shown = ", ".join(f"{count} {name.lower()}" for name, count in sorted(verdicts.items()))
        print(f"{resource_type:<10} {title:<{width}} {shown}")

    failed = sum(result.status not in FINE for result in results)
    print(f"scim2-tester: {len(results) - failed} passed, {failed} failed")
    return 1 if failed or not results else 0


if __name__ == "__main__":
    sys.exit(main())
