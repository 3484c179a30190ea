package api_test

import rego.v1

import data.api

call(role, method, path, route) := {
	"subject": {"type": "user", "id": "p", "claims": {"roles": [role], "groups": []}},
	"resource": {"type": "endpoint", "id": path},
	"action": {"name": method},
	"context": {"type": "http", "host": "h", "ip": "127.0.0.1", "port": 1, "data": {"route": route}},
}

test_by_route if {
	api.answer.decision with input as call("owner", "PUT", "/contracts/x", "/contracts/{id}")
	not api.answer.decision with input as call("dpo", "PUT", "/contracts/x", "/contracts/{id}")
}

test_by_path_where_no_route_is_told if {
	api.answer.decision with input as call("owner", "PUT", "/contracts/x", "")
	not api.answer.decision with input as call("dpo", "PUT", "/contracts/x", "")
	not api.answer.decision with input as call("owner", "PUT", "/contracts/", "")
	not api.answer.decision with input as call("owner", "PUT", "/contracts/x/y", "")
}

test_the_stricter_of_two_routes_counts if {
	both := {"GET": {"/a/{id}": {"roles": ["dpo"]}, "/a/b": {"roles": ["owner", "dpo"]}}}
	not api.answer.decision with input as call("owner", "GET", "/a/b", "") with data.endpoints as both
	api.answer.decision with input as call("dpo", "GET", "/a/b", "") with data.endpoints as both
}

test_unknown_is_closed if {
	not api.answer.decision with input as call("admin", "GET", "/secret", "/secret")
	not api.answer.decision with input as call("admin", "TRACE", "/contracts", "/contracts")
	api.answer.context.reason_user.en == "The policies know no such endpoint." with input as call("admin", "GET", "/secret", "/secret")
}

test_anyone if {
	nobody := {"subject": {"type": "user", "id": "", "claims": {"roles": [], "groups": []}}}
	api.answer.decision with input as object.union(call("x", "GET", "/health/live", "/health/live"), nobody)
	not api.answer.decision with input as object.union(call("x", "GET", "/datasets", "/datasets"), nobody)
}

test_a_role_without_a_person_is_nobody if {
	not api.answer.decision with input as object.union(call("dpo", "GET", "/ledger", "/ledger"), {"subject": {"id": ""}})
}

test_the_reason_names_the_roles if {
	api.answer.context.reason_user.en == "This needs one of the roles: owner." with input as call("dpo", "PUT", "/contracts/x", "/contracts/{id}")
}

test_every_endpoint_names_roles_that_there_are if {
	every _, routes in data.endpoints {
		every _, endpoint in routes {
			says(endpoint)
		}
	}
}

says(endpoint) if {
	endpoint.anyone == true
	endpoint.why != ""
	not endpoint.roles
}

says(endpoint) if {
	not endpoint.anyone
	count(endpoint.roles) > 0
	every role in endpoint.roles {
		data.roles[role]
	}
}
