// A SCIM service provider of SCIMMY's routers with the least of an application behind it: two maps.
// Nothing is put right here that the routers leave wrong; the lists of findings beside this file are theirs.
//
// usage: node app.mjs TOKEN [--literal]. Prints the Tenant URL when it can be called. With --literal a removal is read to the
// letter of RFC 7644, which knows no value there: as other services do, it then empties the group. (The routers themselves
// honour it: that was tried with 1.2.4, 1.3.3 and 1.3.5.)

import { randomUUID } from "node:crypto";
import express from "express";
import SCIMMY from "scimmy";
import SCIMMYRouters from "scimmy-routers";

const token = process.argv[2];

/** Keeps one kind of resource, a name of which stands for one of them only. */
function keep(Resource, naming) {
    const kept = new Map();
    const fold = (value) => String(value ?? "").toLowerCase();
    SCIMMY.Resources.declare(Resource)
        .ingress((resource, data) => {
            const id = resource.id ?? randomUUID();
            if (resource.id && !kept.has(id)) {
                throw new SCIMMY.Types.Error(404, null, `${id} is not here`);
            }
            for (const other of kept.values()) {
                if (other.id !== id && fold(other[naming]) === fold(data[naming])) {
                    throw new SCIMMY.Types.Error(409, "uniqueness", `${naming} is taken`);
                }
            }
            const now = new Date();
            const created = kept.get(id)?.meta.created ?? now;
            const plain = JSON.parse(JSON.stringify(data));
            kept.set(id, { ...plain, id, meta: { ...plain.meta, created, lastModified: now } });
            return kept.get(id);
        })
        .egress((resource) => {
            if (!resource.id) {
                const all = [...kept.values()];
                return resource.filter ? resource.filter.match(all) : all;
            }
            if (!kept.has(resource.id)) {
                throw new SCIMMY.Types.Error(404, null, `${resource.id} is not here`);
            }
            return kept.get(resource.id);
        })
        .degress((resource) => {
            if (!kept.delete(resource.id)) {
                throw new SCIMMY.Types.Error(404, null, `${resource.id} is not here`);
            }
        });
}

SCIMMY.Resources.User.extend(SCIMMY.Schemas.EnterpriseUser, false);
keep(SCIMMY.Resources.User, "userName");
keep(SCIMMY.Resources.Group, "displayName");

const app = express();
if (process.argv[3] === "--literal") {
    app.use(express.json({ type: ["application/scim+json", "application/json"] }), (request, response, next) => {
        for (const operation of request.body?.Operations ?? []) {
            if (operation.op?.toLowerCase() === "remove") {
                delete operation.value;
            }
        }
        next();
    });
}
app.use("/scim", new SCIMMYRouters({
    type: "bearer",
    handler: (request) => {
        if (request.header("Authorization") !== `Bearer ${token}`) {
            throw new Error("this is not the token");
        }
        return "entra";
    },
}));
const server = app.listen(0, "127.0.0.1", () => {
    console.log(`http://127.0.0.1:${server.address().port}/scim`);
});
