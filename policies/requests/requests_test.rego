package requests_test

import rego.v1

import data.requests

person(id, roles) := {"type": "user", "id": id, "claims": {"roles": roles, "groups": []}}

question(subject, act, changes) := {
	"subject": subject,
	"act": act,
	"request": object.union(
		{"requester": "a", "dataset": "meters", "owner_team": "metering", "purpose": "marketing", "approved_by": [], "approvals": 1},
		changes,
	),
}

answer(subject, act, changes) := decision if {
	decision := requests.decision with input as question(subject, act, changes)
		with data.teams as {"metering": {"members": {"o": true, "p": true, "a": true}, "groups": {"g": true}}}
}

codes(decision) := {reason.code | some reason in decision.reasons}

test_owner_approves if answer(person("o", ["owner"]), "approve", {}) == {"allow": true, "remaining": 0, "reasons": []}

test_owner_by_group if {
	answer(object.union(person("z", ["owner"]), {"claims": {"groups": ["g"]}}), "approve", {}).allow
}

test_four_eyes if codes(answer(person("a", ["owner", "analyst"]), "approve", {})) == {"four_eyes"}

test_others_do_not if {
	codes(answer(person("x", ["owner"]), "approve", {})) == {"not_the_owner"}
	codes(answer(person("o", ["analyst"]), "approve", {})) == {"not_the_owner"}
	codes(answer(person("d", ["dpo"]), "approve", {})) == {"not_the_owner"}
	codes(answer(person("", ["owner"]), "approve", {"owner_team": "unknown"})) == {"not_the_owner"}
}

test_two_people if {
	answer(person("o", ["owner"]), "approve", {"approvals": 2}) == {"allow": true, "remaining": 1, "reasons": []}
	codes(answer(person("o", ["owner"]), "approve", {"approvals": 2, "approved_by": ["o"]})) == {"approved_already"}
	answer(person("p", ["owner"]), "approve", {"approvals": 2, "approved_by": ["o"]}).remaining == 0
	answer(person("d", ["dpo"]), "approve", {"approvals": 2, "approved_by": ["o"]}).allow
	not answer(person("d", ["dpo"]), "approve", {"approvals": 2}).allow
}

test_team_that_nobody_knows if {
	answer(person("x", ["owner"]), "approve", {"owner_team": "unknown"}).allow
	answer(person("d", ["dpo"]), "approve", {"owner_team": "unknown"}).allow
	not answer(person("x", ["auditor"]), "approve", {"owner_team": "unknown"}).allow
}

test_deny if {
	answer(person("o", ["owner"]), "deny", {}).allow
	answer(person("d", ["dpo"]), "deny", {}).allow
	not answer(person("a", ["analyst"]), "deny", {}).allow
}

test_read_and_revoke if {
	answer(person("a", ["analyst"]), "read", {}).allow
	answer(person("u", ["auditor"]), "read", {}).allow
	not answer(person("b", ["analyst"]), "read", {}).allow
	answer(person("a", ["analyst"]), "revoke", {}).allow
	not answer(person("u", ["auditor"]), "revoke", {}).allow
}

test_renew if {
	answer(person("a", ["analyst"]), "renew", {}).allow
	not answer(person("o", ["owner"]), "renew", {}).allow
}

test_unknown_act if codes(answer(person("o", ["owner"]), "erase", {})) == {"act_unknown"}
