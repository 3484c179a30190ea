# Who may call which endpoint; the data of endpoints says it, a line each. Question and answer have the shape of OPA's middleware for
# ASP.NET. What is not in the data is closed.
package api

import rego.v1

answer := {
	"decision": allow,
	"context": {
		"id": "api",
		"reason_user": {"en": told},
		"reason_admin": {"en": told},
		"data": {"routes": sort(routes)},
	},
}

default allow := false

allow if {
	count(routes) > 0
	every route in routes {
		open(known[route])
	}
}

known := object.get(data.endpoints, input.action.name, {})

# The service says which of its templates the path matched; whoever asks without it is answered by the path.
routes contains route if {
	route := input.context.data.route
	route != ""
	known[route]
}

routes contains route if {
	object.get(object.get(input.context, "data", {}), "route", "") == ""
	some route, _ in known
	matches(split(route, "/"), split(trim_suffix(input.resource.id, "/"), "/"))
}

matches(template, path) if {
	count(template) == count(path)
	every i, part in template {
		fits(part, path[i])
	}
}

fits(part, text) if part == text

fits(part, text) if {
	startswith(part, "{")
	text != ""
}

open(endpoint) if endpoint.anyone == true

open(endpoint) if {
	input.subject.id != ""
	some role in endpoint.roles
	role in input.subject.claims.roles
}

told := "" if {
	allow
} else := "The policies know no such endpoint." if {
	count(routes) == 0
} else := sprintf("This needs one of the roles: %s.", [concat(", ", needed)])

needed := sort({role | some route in routes; some role in object.get(known[route], "roles", [])})
